import { useQuery } from '@tanstack/react-query';
import { schemaQuery } from '../api/queries';
import type { ApiSchema, Resource } from './types';

interface ResourceAnswer {
  /** Undefined while loading, after a failure, and when the server has no such resource. */
  resource?: Resource;
  schema?: ApiSchema;
  error: unknown;
  isMissing: boolean;
  retry: () => void;
}

export function useResource(name: string): ResourceAnswer {
  const { data, error, refetch } = useQuery(schemaQuery);
  const resource = data?.resources[name];
  return {
    resource,
    schema: data,
    error: data ? null : error,
    isMissing: data !== undefined && resource === undefined,
    retry: () => void refetch(),
  };
}
