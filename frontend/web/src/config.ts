/** Where the API is, seen from the page. */
export const API_BASE: string = (import.meta.env['VITE_API_BASE'] as string | undefined) ?? '/api';
