import type { ApiSchema, Resource } from '../schema/types';

const NEEDED = ['site', 'taken_at', 'position', 'readings'] as const;

/** Whether the domain has what the phone flow of /record writes. */
export function canRecord(schema: ApiSchema): boolean {
  const fingerprints = schema.resources['fingerprints'];
  return (
    fingerprints !== undefined &&
    fingerprints.resource_methods.includes('POST') &&
    NEEDED.every((name) => name in fingerprints.schema)
  );
}

/** Whether a site can be made of a name alone. */
export function canAddSite(sites: Resource): boolean {
  const required = Object.entries(sites.schema).filter(([, rules]) => rules.required && rules.default === undefined);
  return (
    sites.resource_methods.includes('POST') &&
    'name' in sites.schema &&
    required.every(([name]) => name === 'name')
  );
}
