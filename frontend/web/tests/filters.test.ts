import { describe, expect, it } from 'vitest';
import { type Filter, filterText, filterable, parseFilter, whereOf, withFilter } from '../src/list/filters';
import { parseListSearch } from '../src/list/search';
import { endOfPrefix } from '../src/schema/prefix';
import { parseSearch, stringifySearch } from '../src/shell/searchText';
import { EVERY } from './schemas';

const FIELDS = filterable(EVERY);
const parse = (...texts: string[]) => texts.map((text) => parseFilter(text, FIELDS) as Filter);

describe('filters and the address', () => {
  it('go there and back', () => {
    const filters: Filter[] = [
      { field: 'name', operator: 'starts', values: ['a:b, 100% Ø'] },
      { field: 'kind', operator: 'in', values: ['wifi', 'cell'] },
      { field: 'name', operator: 'in', values: ['one, two', '50%2C'] },
      { field: 'readings.rssi', operator: 'from', values: ['-70'] },
    ];
    const address = stringifySearch({ page: 2, sort: '-name', filter: filters.map(filterText) });
    const search = parseListSearch(parseSearch(address));
    expect(search).toMatchObject({ page: 2, sort: '-name' });
    expect(search.filter?.map((text) => parseFilter(text, FIELDS))).toEqual(filters);
    expect(address).toContain('filter=kind:in:wifi,cell');
  });

  it('ignores a page that is none', () => {
    expect(parseListSearch(parseSearch('?page=-1&size=x&filter='))).toEqual({});
  });

  it.each(['nosuch:is:1', 'floors:is:many', 'floors:starts:1', 'is_open:is:maybe', 'owner:is:xyz', 'tags', 'position:is:1'])(
    'refuse %s',
    (text) => expect(parseFilter(text, FIELDS)).toBeUndefined(),
  );

  it('reach into sub-documents and lists', () => {
    expect(Object.keys(FIELDS)).toEqual(expect.arrayContaining(['address.street', 'readings.rssi', 'tags', '_updated']));
  });
});

describe('filters and the API', () => {
  it.each([
    ['name:is:Hall', { name: 'Hall' }],
    ['name:not:Hall', { name: { $ne: 'Hall' } }],
    ['name:starts:Ha', { name: { $gte: 'Ha', $lt: 'Hb' } }],
    ['level:in:1,2', { level: { $in: [1, 2] } }],
    ['is_open:is:false', { is_open: false }],
    ['height:after:1.5', { height: { $gt: 1.5 } }],
  ])('%s', (text, where) => expect(whereOf(parse(text), FIELDS)).toEqual(where));

  it('join in one condition for a field', () => {
    expect(whereOf(parse('floors:from:2', 'floors:before:9'), FIELDS)).toEqual({ floors: { $gte: 2, $lt: 9 } });
  });

  it('replace one that says the same thing', () => {
    const [old, next, other] = parse('name:is:a', 'name:in:b,c', 'name:not:d');
    expect(withFilter([old!, other!], next!)).toEqual([other, next]);
  });

  it.each([['ab', 'ac'], ['a\u{10ffff}', 'b'], ['\ud7ff', '\ue000'], ['\u{10ffff}', undefined]])('%j ends before %j', (prefix, end) => {
    expect(endOfPrefix(prefix)).toBe(end);
  });
});
