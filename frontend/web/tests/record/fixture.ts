import type { ApiSchema } from '../../src/schema/types';

const common = {
  resource_methods: ['GET', 'POST'],
  item_methods: ['GET', 'PATCH', 'PUT', 'DELETE'],
  id_field: '_id',
  pagination_default: 25,
  pagination_limit: 50,
  allow_unknown: false,
} as const;

/** What GET /api/schema answers for the sample domain. */
export const SAMPLE: ApiSchema = {
  resources: {
    sites: {
      ...common,
      title: 'sites',
      item_title: 'Site',
      href: 'sites',
      additional_lookup: { field: 'name', url: 'regex("[\\w-]+")' },
      schema: {
        name: { type: 'string', required: true, unique: true, minlength: 1, maxlength: 80 },
        description: { type: 'string', maxlength: 2000 },
        position: { type: 'point' },
        floors: { type: 'integer', default: 1, min: 1, max: 200 },
        opened_at: { type: 'datetime' },
      },
    },
    devices: {
      ...common,
      title: 'devices',
      item_title: 'Device',
      href: 'devices',
      schema: {
        name: { type: 'string', required: true, minlength: 1, maxlength: 80 },
        platform: { type: 'string', required: true, allowed: ['android', 'ios', 'linux', 'other'] },
      },
    },
    fingerprints: {
      ...common,
      title: 'fingerprints',
      item_title: 'Fingerprint',
      href: 'fingerprints',
      schema: {
        site: { type: 'objectid', required: true, data_relation: { resource: 'sites', field: '_id' } },
        device: { type: 'objectid', data_relation: { resource: 'devices', field: '_id' } },
        taken_at: { type: 'datetime', required: true },
        position: { type: 'point' },
        floor: { type: 'integer', min: -10, max: 200 },
        readings: {
          type: 'list',
          required: true,
          minlength: 1,
          maxlength: 500,
          schema: {
            type: 'dict',
            schema: {
              kind: { type: 'string', required: true, allowed: ['wifi', 'cell', 'bluetooth'] },
              id: { type: 'string', required: true, minlength: 1, maxlength: 64 },
              rssi: { type: 'integer', required: true, min: -120, max: 0 },
              frequency: { type: 'integer', min: 1, max: 100000 },
            },
          },
        },
        note: { type: 'string', nullable: true, maxlength: 2000 },
      },
    },
  },
};

export const fingerprints = SAMPLE.resources['fingerprints']!;
