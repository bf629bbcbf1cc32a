import type { ApiSchema, Fields, Resource } from '../src/schema/types';

export function resource(name: string, schema: Fields, more: Partial<Resource> = {}): Resource {
  return {
    title: name,
    item_title: name.replace(/s$/, ''),
    href: name,
    resource_methods: ['GET', 'POST'],
    item_methods: ['GET', 'PATCH', 'PUT', 'DELETE'],
    id_field: '_id',
    pagination_default: 25,
    pagination_limit: 50,
    allow_unknown: false,
    schema,
    ...more,
  };
}

/** One field of each type: what a form has to make of any domain. */
export const EVERY: Fields = {
  name: { type: 'string', required: true, unique: true, minlength: 2, maxlength: 10 },
  story: { type: 'string', nullable: true, maxlength: 2000 },
  floors: { type: 'integer', min: 1, max: 200, default: 1 },
  height: { type: 'float', min: 0 },
  is_open: { type: 'boolean' },
  opened_at: { type: 'datetime' },
  kind: { type: 'string', allowed: ['wifi', 'cell'] },
  level: { type: 'integer', allowed: [1, 2, 3, 4, 5] },
  position: { type: 'point' },
  owner: { type: 'objectid', data_relation: { resource: 'people', field: '_id' } },
  address: { type: 'dict', schema: { street: { type: 'string', required: true }, number: { type: 'integer' } } },
  tags: { type: 'list', maxlength: 3, schema: { type: 'string', minlength: 1 } },
  readings: {
    type: 'list',
    schema: { type: 'dict', schema: { id: { type: 'string', required: true }, rssi: { type: 'integer', required: true, max: 0 } } },
  },
  extra: {},
  stamp: { type: 'string', readonly: true },
};

export const PEOPLE: Fields = { name: { type: 'string', required: true }, age: { type: 'integer' } };

export const SCHEMA: ApiSchema = { resources: { places: resource('places', EVERY), people: resource('people', PEOPLE) } };
