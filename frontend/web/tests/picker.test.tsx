import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { openApp } from './app';
import { FakeApi } from './fakeApi';
import { SCHEMA } from './schemas';

let api: FakeApi;
let ann: string;
beforeEach(async () => {
  api = new FakeApi(SCHEMA);
  ann = api.add('people', { name: 'Ann' })._id;
  api.add('people', { name: 'Anton' });
  api.add('people', { name: 'Bob' });
  openApp('/r/places/new');
  await screen.findByRole('combobox', { name: 'Owner' });
});

const box = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Owner' });
const key = (name: string) => fireEvent.keyDown(box(), { key: name });
const activeText = () => document.getElementById(box().getAttribute('aria-activedescendant') ?? '')?.textContent ?? null;
const search = async (text: string, found: number) => {
  fireEvent.change(box(), { target: { value: text } });
  await waitFor(() => expect(screen.getAllByRole('option', { name: /…/ })).toHaveLength(found));
};

describe('a reference', () => {
  it('is found by the beginning of a name, whatever the case of its first letter', async () => {
    await search('an', 2);
    expect(box().getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByText('2 suggestions')).toBeTruthy();
  });

  it('is chosen by arrows and Enter, which do not send the form', async () => {
    await search('An', 2);
    key('ArrowDown');
    expect(activeText()).toContain('Ann');
    key('ArrowDown');
    key('ArrowDown'); // round
    expect(activeText()).toContain('Ann');
    key('ArrowUp');
    expect(activeText()).toContain('Anton');
    key('ArrowUp');
    key('Enter');
    expect(box().value).toBe('Ann');
    expect(box().getAttribute('aria-expanded')).toBe('false');
    expect(api.writes()).toEqual([]);
    fireEvent.change(screen.getByRole('textbox', { name: 'Name' }), { target: { value: 'Hall' } });
    fireEvent.click(screen.getByRole('button', { name: 'Create place' }));
    await waitFor(() => expect(api.writes()[0]?.body['owner']).toBe(ann));
  });

  it('keeps what it was when Escape closes the list', async () => {
    await search('An', 2);
    key('ArrowDown');
    key('Enter');
    fireEvent.change(box(), { target: { value: 'Bo' } });
    key('Escape');
    expect(box().value).toBe('Ann');
    fireEvent.click(screen.getByRole('button', { name: 'Clear Ann' }));
    expect(box().value).toBe('');
    expect(document.activeElement).toBe(box());
  });

  it('says when nothing is found', async () => {
    fireEvent.change(box(), { target: { value: 'Zoe' } });
    await screen.findByText('Nothing found');
  });
});
