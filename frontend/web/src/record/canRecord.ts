import type { ApiSchema } from '../schema/types';

/** Whether the domain has what the phone flow of /record writes. */
export function canRecord(schema: ApiSchema): boolean {
  const fingerprints = schema.resources['fingerprints'];
  return (
    fingerprints !== undefined &&
    fingerprints.resource_methods.includes('POST') &&
    'site' in fingerprints.schema &&
    'readings' in fingerprints.schema
  );
}
