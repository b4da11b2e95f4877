/** Which page stands at which path. Code of pages seldom opened first is fetched when they are. */

import * as pinPage from '../features/closeup/pin-page.tsx';
import * as homePage from '../features/feed/home-page.tsx';
import type { PageModule, Params } from '../shared/nav/page.ts';
import * as notFoundPage from './not-found-page.tsx';

interface Route {
  readonly pattern: RegExp;
  readonly load: () => PageModule | Promise<PageModule>;
  /** Strangers are sent to sign in first. */
  readonly isPersonal?: boolean;
  /** There is nothing here for anybody but the owner. */
  readonly isOwners?: boolean;
}

/** A path with its page. */
export interface Match {
  readonly route: Route;
  readonly params: Params;
}

const notFound: Route = { pattern: /^/, load: () => notFoundPage };

const routes: readonly Route[] = [
  { pattern: /^\/$/, load: () => homePage },
  { pattern: /^\/pin\/(?<id>\d+)$/, load: () => pinPage },
  { pattern: /^\/following$/, load: () => import('../features/feed/following-page.tsx'), isPersonal: true },
  { pattern: /^\/board\/(?<id>\d+)$/, load: () => import('../features/boards/board-page.tsx') },
  { pattern: /^\/@(?<name>[\w.-]+)$/, load: () => import('../features/profile/boards-page.tsx') },
  { pattern: /^\/@(?<name>[\w.-]+)\/pins$/, load: () => import('../features/profile/pins-page.tsx') },
  { pattern: /^\/search$/, load: () => import('../features/search/search-page.tsx') },
  { pattern: /^\/search\/picture$/, load: () => import('../features/search/picture-page.tsx') },
  { pattern: /^\/signin$/, load: () => import('../features/auth/sign-in-page.tsx') },
  { pattern: /^\/signup$/, load: () => import('../features/auth/sign-up-page.tsx') },
  { pattern: /^\/settings$/, load: () => import('../features/settings/settings-page.tsx'), isPersonal: true },
  {
    pattern: /^\/insights$/,
    load: () => import('../features/insights/own-insights-page.tsx'),
    isPersonal: true,
  },
  {
    pattern: /^\/insights\/pin\/(?<id>\d+)$/,
    load: () => import('../features/insights/pin-insights-page.tsx'),
    isPersonal: true,
  },
  {
    pattern: /^\/insights\/board\/(?<id>\d+)$/,
    load: () => import('../features/insights/board-insights-page.tsx'),
    isPersonal: true,
  },
  ownersRoute(/^\/operations$/, () => import('../features/operations/overview-page.tsx')),
  ownersRoute(/^\/operations\/live$/, () => import('../features/operations/live-page.tsx')),
  ownersRoute(/^\/operations\/shards$/, () => import('../features/operations/shards-page.tsx')),
  ownersRoute(/^\/operations\/plan$/, () => import('../features/operations/plan-page.tsx')),
  ownersRoute(/^\/operations\/migrations$/, () => import('../features/operations/migrations-page.tsx')),
  ownersRoute(/^\/operations\/jobs$/, () => import('../features/operations/jobs-page.tsx')),
  ownersRoute(/^\/operations\/events$/, () => import('../features/operations/events-page.tsx')),
  ownersRoute(/^\/operations\/webhooks$/, () => import('../features/operations/webhooks-page.tsx')),
  ownersRoute(/^\/operations\/query$/, () => import('../features/operations/query-page.tsx')),
];

function ownersRoute(pattern: RegExp, load: Route['load']): Route {
  return { pattern, load, isPersonal: true, isOwners: true };
}

const loaded = new Map<Route, PageModule>([[notFound, notFoundPage]]);

/** The route at a path; the last resort says that there is nothing. */
export function matchPath(path: string): Match {
  for (const route of routes) {
    const found = route.pattern.exec(path);
    if (found) return { route, params: { ...found.groups } };
  }
  return { route: notFound, params: {} };
}

/** Fetches a page's code, once. */
export async function loadPage(path: string): Promise<PageModule> {
  const { route } = matchPath(path);
  const module = loaded.get(route) ?? (await route.load());
  loaded.set(route, module);
  return module;
}

/** Fetches the code of all pages for everybody, for when there is nothing else to do: later moves are then instant. */
export async function loadAllPages(): Promise<void> {
  for (const route of routes) {
    if (!route.isOwners && !loaded.has(route)) loaded.set(route, await route.load());
  }
}

/** A page whose code is there; undefined before `loadPage` has resolved. */
export function loadedPage(route: Route): PageModule | undefined {
  return loaded.get(route);
}
