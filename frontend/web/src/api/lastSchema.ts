import type { ApiSchema } from '../schema/types';
import { apiUrl, request } from './client';
import { isTransient } from './errors';

const KEY = 'narwhal.schema';

function last(): ApiSchema | undefined {
  try {
    const text = localStorage.getItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as ApiSchema);
  } catch {
    return undefined;
  }
}

function keep(schema: ApiSchema): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(schema));
  } catch {
    // No storage: without a connection there are no forms then.
  }
}

/** The server's description; without an answer, the last one: a form has to open offline too. */
export async function getSchema(signal?: AbortSignal): Promise<ApiSchema> {
  try {
    const schema = await request<ApiSchema>(apiUrl('schema'), { signal });
    keep(schema);
    return schema;
  } catch (error) {
    const kept = isTransient(error) ? last() : undefined;
    if (!kept) throw error;
    return { ...kept, isRemembered: true };
  }
}
