import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { openApp } from './app';
import { FakeApi } from './fakeApi';
import { resource } from './schemas';

it('shows a list of sub-documents of which one is null', async () => {
  const places = resource('places', {
    name: { type: 'string', required: true },
    parts: { type: 'list', schema: { type: 'dict', nullable: true, schema: { size: { type: 'integer' } } } },
  });
  const api = new FakeApi({ resources: { places } });
  const { _id } = api.add('places', { name: 'Hall', parts: [null, { size: 7 }] });
  openApp(`/r/places/${_id}`);
  expect(await screen.findByText('7')).toBeTruthy();
  expect(screen.getByText('Empty')).toBeTruthy();
});
