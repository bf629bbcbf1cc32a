import type { QueryClient } from '@tanstack/react-query';
import { type RouterHistory, createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { schemaQuery } from './api/queries';
import { parseListSearch } from './list/search';
import { Layout } from './shell/Layout';
import { NotFound } from './shell/NotFound';
import { RouteError } from './shell/RouteError';
import { parseSearch, stringifySearch } from './shell/searchText';

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Layout,
  notFoundComponent: NotFound,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./home/HomePage'), 'HomePage'),
});

const list = createRoute({
  getParentRoute: () => root,
  path: '/r/$resource',
  validateSearch: parseListSearch,
  component: lazyRouteComponent(() => import('./list/ListPage'), 'ListPage'),
});

const create = createRoute({
  getParentRoute: () => root,
  path: '/r/$resource/new',
  component: lazyRouteComponent(() => import('./form/CreatePage'), 'CreatePage'),
});

const item = createRoute({
  getParentRoute: () => root,
  path: '/r/$resource/$id',
  component: lazyRouteComponent(() => import('./item/ItemPage'), 'ItemPage'),
});

const edit = createRoute({
  getParentRoute: () => root,
  path: '/r/$resource/$id/edit',
  component: lazyRouteComponent(() => import('./form/EditPage'), 'EditPage'),
});

const record = createRoute({
  getParentRoute: () => root,
  path: '/record',
  component: lazyRouteComponent(() => import('./record/RecordPage'), 'RecordPage'),
});

const status = createRoute({
  getParentRoute: () => root,
  path: '/status',
  component: lazyRouteComponent(() => import('./status/StatusPage'), 'StatusPage'),
});

export function makeRouter(queryClient: QueryClient, history?: RouterHistory) {
  // Asked for at once, not when the first page has been loaded.
  void queryClient.prefetchQuery(schemaQuery);
  return createRouter({
    routeTree: root.addChildren([home, list, create, item, edit, record, status]),
    context: { queryClient },
    history,
    defaultPreload: 'intent',
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
    parseSearch,
    stringifySearch,
  });
}
