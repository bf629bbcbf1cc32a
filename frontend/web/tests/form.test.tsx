import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { openApp } from './app';
import { FakeApi } from './fakeApi';
import { SCHEMA } from './schemas';

let api: FakeApi;
beforeEach(() => {
  api = new FakeApi(SCHEMA);
});

const type = (label: string | RegExp, text: string) =>
  fireEvent.change(screen.getByRole('textbox', { name: label }), { target: { value: text } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const openNew = async () => {
  openApp('/r/places/new');
  await screen.findByRole('heading', { name: 'New place' });
};

describe('a form made from the schema', () => {
  it('has a fitting control for each type', async () => {
    await openNew();
    expect(screen.getByRole('textbox', { name: 'Name' }).getAttribute('aria-required')).toBe('true');
    expect(screen.getByRole('textbox', { name: 'Story' }).tagName).toBe('TEXTAREA');
    expect(screen.getByRole('textbox', { name: 'Floors' })).toMatchObject({ value: '1', inputMode: 'numeric' });
    expect(screen.getByLabelText('Opened at').getAttribute('type')).toBe('datetime-local');
    expect(within(screen.getByRole('group', { name: 'Is open' })).getAllByRole('radio')).toHaveLength(3);
    expect(within(screen.getByRole('group', { name: 'Kind' })).getAllByRole('radio')).toHaveLength(3);
    expect(within(screen.getByRole('combobox', { name: 'Level' })).getAllByRole('option')).toHaveLength(6);
    expect(screen.getByRole('combobox', { name: 'Owner' }).getAttribute('aria-autocomplete')).toBe('list');
    const position = within(screen.getByRole('group', { name: 'Position' }));
    expect(position.getByRole('textbox', { name: 'Latitude' })).toBeTruthy();
    expect(position.getByRole('button', { name: 'Use my position' })).toBeTruthy();
    expect(within(screen.getByRole('group', { name: 'Address' })).getByRole('textbox', { name: 'Number' })).toBeTruthy();
    expect(screen.getByRole('textbox', { name: 'Extra' }).className).toContain('mono');
    expect(screen.queryByLabelText('Stamp')).toBeNull();
  });

  it('sends what was filled in, in the API’s types', async () => {
    await openNew();
    type('Name', 'Hall');
    type('Height', '2,5');
    type('Latitude', '59.9');
    type('Longitude', '10.7');
    type('Street', 'Quay');
    type('Extra', '[1]');
    fireEvent.click(within(screen.getByRole('group', { name: 'Is open' })).getByLabelText('Yes'));
    fireEvent.change(screen.getByLabelText('Level'), { target: { value: '3' } });
    press('Add to Tags');
    type('Tags 1', 'old');
    press('Add to Readings');
    type('Id', 'aa');
    type('Rssi', '-40');
    press('Create place');
    await screen.findByRole('heading', { name: 'Hall' });
    expect(api.writes()).toHaveLength(1);
    expect(api.writes()[0]?.body).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'Hall', floors: 1, height: 2.5, is_open: true, level: 3, extra: [1], tags: ['old'],
      position: { type: 'Point', coordinates: [10.7, 59.9] },
      address: { street: 'Quay' },
      readings: [{ id: 'aa', rssi: -40 }],
    });
  });

  it('moves and removes the items of a list', async () => {
    await openNew();
    type('Name', 'Hall');
    for (const [at, tag] of ['a', 'b', 'c'].entries()) {
      press('Add to Tags');
      type(`Tags ${at + 1}`, tag);
    }
    expect(screen.getByRole('button', { name: 'Add to Tags' })).toMatchObject({ disabled: true });
    press('Move Tags 3 up');
    press('Remove Tags 1');
    press('Create place');
    await waitFor(() => expect(api.writes()[0]?.body['tags']).toEqual(['c', 'b']));
  });

  it('checks the rules before anything is sent, and leads to what is wrong', async () => {
    await openNew();
    type('Floors', '0');
    press('Create place');
    expect(await screen.findByText('2 things are not right')).toBeTruthy();
    const name = screen.getByRole('textbox', { name: 'Name' });
    expect(document.activeElement).toBe(name);
    expect(name.getAttribute('aria-describedby')).toBe('field-name-hint field-name-errors');
    expect(document.getElementById('field-name-errors')?.textContent).toBe('This is required');
    expect(api.writes()).toEqual([]);
    press('Floors: At least 1');
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Floors' }));
  });

  it('puts the server’s issues beside their fields, nested ones too', async () => {
    api.answers.set('POST', [[422, { _issues: { readings: [{ '0': [{ rssi: 'max value is -5' }] }], name: 'value is bad' } }]]);
    await openNew();
    type('Name', 'Hall');
    press('Add to Readings');
    type('Id', 'aa');
    type('Rssi', '-1');
    press('Create place');
    await screen.findByText('2 things are not right');
    const rssi = screen.getByRole('textbox', { name: 'Rssi' });
    expect(rssi.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById('field-readings.0.rssi-errors')?.textContent).toBe('Max value is -5');
    type('Rssi', '-9');
    expect(rssi.getAttribute('aria-invalid')).toBeNull();
  });

  it('keeps what was typed over a reload, until it is discarded', async () => {
    await openNew();
    type('Name', 'Hall');
    cleanup();
    openApp('/r/places/new');
    await screen.findByText('Restored what you typed before');
    press('Discard it');
    expect(screen.getByRole('textbox', { name: 'Name' })).toMatchObject({ value: '' });
  });
});

describe('saving', () => {
  const openEdit = async (values: Record<string, unknown> = {}) => {
    const doc = api.add('places', { name: 'Hall', floors: 2, height: 4, ...values });
    const app = openApp(`/r/places/${doc._id}/edit`);
    await screen.findByRole('textbox', { name: 'Name' });
    return { doc, ...app };
  };

  it('sends only what changed, with the version it is about', async () => {
    const { doc } = await openEdit();
    type('Floors', '3');
    press('Save');
    await screen.findByRole('heading', { name: 'Hall' });
    expect(api.writes()).toMatchObject([{ method: 'PATCH', ifMatch: doc._etag, body: { floors: 3 } }]);
  });

  it('shows a newer version beside mine, and sends mine over it', async () => {
    const { doc } = await openEdit();
    type('Floors', '3');
    const theirs = api.add('places', { ...doc, floors: 9, height: 8 });
    press('Save');
    await screen.findByText(/Somebody changed this document/);
    const floors = within(screen.getByRole('group', { name: 'Floors' }));
    expect([floors.getByText('3'), floors.getByText('9')]).toHaveLength(2);
    expect(screen.getByText('Only they changed it. It stays theirs.')).toBeTruthy();
    press('Keep mine');
    await screen.findByRole('heading', { name: 'Hall' });
    expect(api.writes().at(-1)).toMatchObject({ ifMatch: theirs._etag, body: { floors: 3 } });
    expect(api.documents.get('places')?.[0]).toMatchObject({ floors: 3, height: 8 });
  });

  it('asks anew when a third version comes in between', async () => {
    const { doc } = await openEdit();
    type('Floors', '3');
    api.add('places', { ...doc, floors: 9 });
    press('Save');
    await screen.findByText(/Somebody changed this document/);
    fireEvent.click(screen.getByRole('radio', { name: 'Theirs' }));
    api.add('places', { ...doc, floors: 10 });
    press('Keep mine');
    const floors = await waitFor(() => {
      const group = within(screen.getByRole('group', { name: 'Floors' }));
      expect(group.getByText('10')).toBeTruthy();
      return group;
    });
    expect(floors.getByRole('radio', { name: 'Mine' })).toMatchObject({ checked: true });
  });

  it('takes the newer version', async () => {
    const { doc } = await openEdit();
    type('Floors', '3');
    api.add('places', { ...doc, floors: 9 });
    press('Save');
    fireEvent.click(await screen.findByRole('button', { name: 'Take theirs' }));
    expect(screen.getByRole('textbox', { name: 'Floors' })).toMatchObject({ value: '9' });
    expect(api.writes()).toHaveLength(1);
  });

  it('makes a new document of one that was deleted meanwhile', async () => {
    const { doc, address } = await openEdit();
    type('Floors', '3');
    api.remove('places', doc._id);
    press('Save');
    fireEvent.click(await screen.findByRole('button', { name: 'Create a new place from it' }));
    await screen.findByRole('heading', { name: 'Hall' });
    expect(address()).not.toContain(doc._id);
    expect(api.writes().at(-1)).toMatchObject({ method: 'POST', body: { name: 'Hall', floors: 3, height: 4 } });
  });

  it.each([
    ['unreachable', 'The server cannot be reached. Check the connection and try again.'],
    [[503, {}], 'The server or its database is not ready. Try again in a moment.'],
    [[428, {}], /which version you are changing/],
    [[409, {}], /same value where values have to be unique/],
  ] as const)('survives %j, and tries again', async (answer, text) => {
    await openEdit();
    type('Floors', '3');
    api.answers.set('PATCH', [answer as never]);
    press('Save');
    await screen.findByText(text);
    expect(screen.getByRole('textbox', { name: 'Floors' })).toMatchObject({ value: '3' });
    press('Retry');
    await screen.findByRole('heading', { name: 'Hall' });
    expect(api.writes()).toHaveLength(2);
  });

  it('stores once when the answer to the first request was lost', async () => {
    await openNew();
    type('Name', 'Hall');
    api.answers.set('POST', ['unreachable', [409, { _issues: { _id: 'value is not unique' } }]]);
    press('Create place');
    await screen.findByText(/cannot be reached/);
    const first = api.writes()[0]?.body ?? {};
    api.add('places', first); // it had arrived
    type('Name', 'Hall 2');
    press('Retry');
    await screen.findByRole('heading', { name: 'Hall 2' });
    expect(api.writes().at(-1)).toMatchObject({ method: 'PATCH', path: `places/${String(first['_id'])}`, body: { name: 'Hall 2' } });
  });

  it('stores once when the page was loaded anew before the second attempt', async () => {
    await openNew();
    type('Name', 'Hall');
    api.answers.set('POST', ['unreachable', 'unreachable']);
    press('Create place');
    await screen.findByText(/cannot be reached/);
    cleanup();
    openApp('/r/places/new');
    await screen.findByText('Restored what you typed before');
    press('Create place');
    await screen.findByText(/cannot be reached/);
    const [first, second] = api.writes();
    expect(second?.body['_id']).toBe(first?.body['_id']);
  });

  it('keeps what is typed while the answer is on its way', async () => {
    const { doc } = await openEdit();
    type('Floors', '3');
    press('Save');
    type('Floors', '34');
    await waitFor(() => expect(api.documents.get('places')?.[0]).toMatchObject({ floors: 3 }));
    await screen.findByText('Saved, but not yet what you typed meanwhile');
    expect(screen.getByRole('textbox', { name: 'Floors' })).toMatchObject({ value: '34' });
    press('Save');
    await screen.findByRole('heading', { name: 'Hall' });
    expect(api.documents.get('places')).toMatchObject([{ _id: doc._id, floors: 34 }]);
  });

  it('is not held up by a value that nobody touched', async () => {
    await openEdit({ floors: 2 ** 53, name: '' });
    type('Height', '5');
    press('Save');
    await waitFor(() => expect(api.writes()).toMatchObject([{ method: 'PATCH', body: { height: 5 } }]));
  });

  it('does not write a number back that the browser has rounded', async () => {
    await openEdit({ extra: { deep: [2 ** 53] } });
    type('Height', '');
    press('Save');
    await screen.findByText('Extra: Too large to be kept exactly');
    expect(api.writes()).toEqual([]);
  });

  it('asks before leaving a changed form', async () => {
    const { router, address } = await openEdit();
    type('Floors', '3');
    void router.navigate({ to: '/' });
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.click(dialog.getByRole('button', { name: 'Stay' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(address()).toContain('/edit');
  });
});
