import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { columnsOf } from '../src/list/columns';
import { openApp } from './app';
import { FakeApi } from './fakeApi';
import { EVERY, PEOPLE, SCHEMA, resource } from './schemas';

let api: FakeApi;
beforeEach(() => {
  api = new FakeApi(SCHEMA);
});

const lists = (href: string) => api.sent.filter(({ path, method }) => path === href && method === 'GET');

describe('a list', () => {
  it('chooses columns: the name first, what has no order people know last, and the date of the last change if there is room', () => {
    expect(columnsOf(EVERY).map(({ field }) => field)).toEqual(['name', 'floors', 'height', 'is_open', 'opened_at', 'kind']);
    expect(columnsOf({ a: { type: 'point' }, b: {}, note: { type: 'string', maxlength: 2000 } }).map(({ field }) => field)).toEqual(['a', 'note', '_updated']);
  });

  it('names the references of a page by one request', async () => {
    const schema = { resources: { ...SCHEMA.resources, visits: resource('visits', { owner: EVERY['owner']!, guest: EVERY['owner']! }) } };
    api = new FakeApi(schema);
    const [ann, bob] = ['Ann', 'Bob'].map((name) => api.add('people', { name })._id);
    api.add('visits', { owner: ann, guest: bob });
    api.add('visits', { owner: bob, guest: bob });
    openApp('/r/visits');
    await screen.findByRole('link', { name: 'Ann' });
    expect(screen.getAllByText('Bob')).toHaveLength(3);
    const asked = lists('people').map(({ query }) => query.get('where'));
    expect(asked).toEqual([JSON.stringify({ _id: { $in: [ann, bob].toSorted() } })]);
  });

  it('names many references in requests that a server takes', async () => {
    const more = { pagination_limit: 500 };
    const people = resource('people', PEOPLE, more);
    api = new FakeApi({ resources: { people, visits: resource('visits', { owner: EVERY['owner']! }, more) } });
    for (let n = 0; n < 150; n += 1) api.add('visits', { owner: api.add('people', { name: `P${n}` })._id });
    openApp('/r/visits?size=150');
    await screen.findByRole('link', { name: 'P149' });
    expect(screen.getByRole('link', { name: 'P0' })).toBeTruthy();
    const lengths = lists('people').map(({ query }) => query.toString().length);
    expect(lengths).toHaveLength(2);
    expect(Math.max(...lengths)).toBeLessThan(4_000);
  });

  it('sorts by its headers and keeps that in the address', async () => {
    api.add('people', { name: 'Ann' });
    const { address } = openApp('/r/people');
    const header = await screen.findByRole('button', { name: 'Name' });
    fireEvent.click(header);
    await waitFor(() => expect(address()).toBe('/r/people?sort=name'));
    expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending');
    fireEvent.click(screen.getByRole('button', { name: 'Name' }));
    await waitFor(() => expect(address()).toBe('/r/people?sort=-name'));
    await waitFor(() => expect(lists('people').at(-1)?.query.get('sort')).toBe('-name'));
  });

  it('goes through pages, and back to the first when something else changes', async () => {
    for (let n = 0; n < 30; n += 1) api.add('people', { name: `P${n}` });
    const { address } = openApp('/r/people?page=2');
    await screen.findByText('26–30 of 30');
    expect(screen.getByRole('button', { name: 'Next' })).toMatchObject({ disabled: true });
    fireEvent.change(screen.getByLabelText('Per page'), { target: { value: '10' } });
    await screen.findByText('1–10 of 30');
    expect(address()).toBe('/r/people?size=10');
    fireEvent.click(screen.getByRole('button', { name: 'Next' }));
    await screen.findByText('11–20 of 30');
    expect(address()).toContain('page=2');
  });

  it('takes filters from the address, and puts them there', async () => {
    api.add('people', { name: 'Ann', age: 30 });
    api.add('people', { name: 'Bob' });
    const { address } = openApp('/r/people?filter=name:starts:A&filter=nosuch:is:1');
    await screen.findByRole('link', { name: 'Ann' });
    expect(screen.queryByText('Bob')).toBeNull();
    expect(screen.getByText(/no such filter here: nosuch:is:1/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: /Remove the filter: Name starts with A/ }));
    await screen.findByRole('link', { name: 'Bob' });
    fireEvent.click(screen.getByRole('button', { name: 'Filter' }));
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.change(dialog.getByLabelText('Field'), { target: { value: 'age' } });
    fireEvent.change(dialog.getByLabelText('Condition'), { target: { value: 'in' } });
    fireEvent.change(dialog.getByLabelText('Values'), { target: { value: '30\n31' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Add filter' }));
    await waitFor(() => expect(address()).toBe('/r/people?filter=age:in:30,31'));
    await screen.findByText('Age is one of 30, 31');
  });

  it('says when there is nothing, and offers only what the server allows', async () => {
    api = new FakeApi({ resources: { people: resource('people', PEOPLE, { resource_methods: ['GET'], item_methods: ['GET'] }) } });
    const doc = api.add('people', { name: 'Ann' });
    openApp('/r/people?filter=name:is:Bob');
    await screen.findByText('No people match');
    expect(screen.queryByRole('link', { name: /New/ })).toBeNull();
    openApp(`/r/people/${doc._id}`);
    await screen.findByRole('heading', { name: 'Ann' });
    expect(screen.queryByRole('link', { name: 'Edit' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull();
  });

  it('says what failed, and tries again', async () => {
    api.add('people', { name: 'Ann' });
    openApp('/r/people');
    await screen.findByRole('link', { name: 'Ann' });
    api.answers.set('GET', [[503, {}]]);
    fireEvent.click(screen.getByRole('button', { name: 'Name' }));
    await screen.findByText(/database is not ready/);
    fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
    await screen.findByRole('link', { name: 'Ann' });
  });
});

describe('deleting', () => {
  it('asks, sends the version that is shown, and goes back to the list', async () => {
    const doc = api.add('people', { name: 'Ann' });
    const { address } = openApp(`/r/people/${doc._id}`);
    fireEvent.click(await screen.findByRole('button', { name: 'Delete' }));
    expect(api.writes()).toEqual([]);
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }));
    await screen.findByText('No people yet');
    expect(address()).toBe('/r/people');
    expect(api.writes()).toMatchObject([{ method: 'DELETE', ifMatch: doc._etag }]);
  });

  it('does not delete a version that nobody looked at', async () => {
    const doc = api.add('people', { name: 'Ann' });
    openApp(`/r/people/${doc._id}`);
    fireEvent.click(await screen.findByRole('button', { name: 'Delete' }));
    api.add('people', { ...doc, name: 'Anna' });
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Show the newer version' }));
    await screen.findByRole('heading', { name: 'Anna' });
    expect(api.documents.get('people')).toHaveLength(1);
  });
});
