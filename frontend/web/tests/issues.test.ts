import { expect, it } from 'vitest';
import { errorsOfIssues, withoutErrors } from '../src/form/errors';

it('lays out nested issues by path', () => {
  const issues = {
    name: "value 'Hall' is not unique",
    taken_at: ['must be of datetime type', 'required field'],
    readings: [{ '0': [{ rssi: 'max value is 0' }], '1': [{ kind: 'unallowed value x', id: 'required field' }] }],
    address: [{ street: ['empty values not allowed'] }],
  };
  expect(errorsOfIssues(issues)).toEqual({
    name: ["'Hall' is not unique: another document has it"],
    taken_at: ['Must be of datetime type', 'This is required'],
    'readings.0.rssi': ['Max value is 0'],
    'readings.1.kind': ['Unallowed value x'],
    'readings.1.id': ['This is required'],
    'address.street': ['This cannot be empty'],
  });
});

it('forgets the errors of a field that is changed, and of what is inside it', () => {
  const errors = { list: ['a'], 'list.0.x': ['b'], lists: ['c'] };
  expect(withoutErrors(errors, 'list')).toEqual({ lists: ['c'] });
  expect(withoutErrors(errors, 'other')).toBe(errors);
});
