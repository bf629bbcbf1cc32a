import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// A machine under load takes its time; a test that hangs still ends.
configure({ asyncUtilTimeout: 10_000 });

window.scrollTo = () => undefined;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  localStorage.clear();
});
