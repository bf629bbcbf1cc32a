import { QueryClientProvider } from '@tanstack/react-query';
import { RouterContextProvider, createMemoryHistory, createRootRoute, createRouter } from '@tanstack/react-router';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeQueryClient } from '../../src/api/queries';
import { StatusPage } from '../../src/status/StatusPage';
import type { PodStatus } from '../../src/status/types';
import { answer } from './fixture';

const server = vi.fn<() => Promise<Response>>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', server);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  server.mockReset();
});

const says = (status: PodStatus) => server.mockResolvedValueOnce(Response.json(status));
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

async function open() {
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  render(
    <RouterContextProvider router={router as never}>
      <QueryClientProvider client={makeQueryClient()}>
        <StatusPage />
      </QueryClientProvider>
    </RouterContextProvider>,
  );
  await pass(1);
}

const figure = (pod: HTMLElement, name: string) =>
  within(pod).getByText(name, { selector: '.figure dt' }).parentElement?.querySelector('.figure-value')?.textContent;

test('totals first, then rates, and a table of the workers', async () => {
  says(answer({ totals: { requests: 500, latency: [500, 0, 0] } }));
  says(answer({ uptime_seconds: 102, totals: { requests: 620, latency: [620, 0, 0] } }));
  await open();
  const pod = screen.getByRole('region', { name: 'a' });
  expect(figure(pod, 'Requests')).toBe('500');
  expect(within(pod).getAllByText(/since start/).length).toBeGreaterThan(0);
  await pass(2_000);
  expect(figure(pod, 'Requests')).toBe('60/s');
  expect(figure(pod, 'Latency, p95')).toBe('9.5 ms');
  const table = within(pod).getByRole('table', { name: 'Workers: 2 of 2' });
  expect(within(table).getAllByRole('columnheader')).toHaveLength(11);
  expect(within(table).getAllByRole('row')).toHaveLength(3);
  expect(within(table).getByText('draining').className).toContain('state-draining');
});

test('two pods that answer in turn are shown side by side', async () => {
  says(answer());
  says(answer({ host: 'b' }));
  says(answer({ uptime_seconds: 104, totals: { requests: 4, latency: [4, 0, 0] } }));
  await open();
  await pass(4_000);
  expect(screen.getByText(/2 servers answered/)).toBeTruthy();
  expect(figure(screen.getByRole('region', { name: 'a' }), 'Requests')).toBe('1/s');
  expect(figure(screen.getByRole('region', { name: 'b' }), 'Requests')).toBe('0');
});

test('where the server does not show it, the page says how to switch it on, and asks no more', async () => {
  server.mockResolvedValue(new Response('', { status: 404 }));
  await open();
  expect(screen.getByText('--status-path /api/status')).toBeTruthy();
  await pass(20_000);
  expect(server).toHaveBeenCalledTimes(1);
});

test('a silent server leaves what it said last, and is asked again', async () => {
  says(answer());
  server.mockRejectedValueOnce(new TypeError('network'));
  says(answer({ uptime_seconds: 104 }));
  await open();
  await pass(2_000);
  expect(screen.getByRole('alert').textContent).toContain('does not answer now');
  expect(screen.getByRole('region', { name: 'a' })).toBeTruthy();
  await pass(2_000);
  expect(screen.queryByRole('alert')).toBeNull();
});

test('a server that never answered is said so until it does, not anew with each question', async () => {
  server.mockRejectedValueOnce(new TypeError('network'));
  server.mockImplementationOnce(() => new Promise(() => {}));
  await open();
  const alert = screen.getByRole('alert');
  await pass(3_000);
  expect(server).toHaveBeenCalledTimes(2);
  expect(screen.getByRole('alert')).toBe(alert);
});

test('nothing is asked while it is paused or hidden', async () => {
  server.mockImplementation(async () => Response.json(answer()));
  await open();
  fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
  await pass(10_000);
  expect(server).toHaveBeenCalledTimes(1);
  fireEvent.click(screen.getByRole('button', { name: 'Go on' }));
  await pass(2_000);
  expect(server).toHaveBeenCalledTimes(2);

  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  await act(async () => void document.dispatchEvent(new Event('visibilitychange')));
  await pass(10_000);
  expect(server).toHaveBeenCalledTimes(2);
});
