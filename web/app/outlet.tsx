import { useEffect, useLayoutEffect } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { useMe } from '../shared/api/me.ts';
import { entry } from '../shared/nav/location.ts';
import { markShown } from '../shared/nav/shown.ts';
import { Guard } from './guard.tsx';
import { moveFocus } from './move-focus.ts';
import { Page as NotFound } from './not-found-page.tsx';
import { loadedPage, matchPath } from './routes.ts';

/** The page at the current path. */
export function Outlet() {
  const [path] = useLocation();
  const { route, params } = matchPath(path);
  const role = useMe()?.role;
  const page = route.isOwners && role !== 'owner' ? undefined : loadedPage(route);
  const { key } = entry.value;
  useLayoutEffect(markShown, [key]);
  useEffect(() => moveFocus(path), [path, key]);
  return <Guard key={path}>{page ? <page.Page params={params} /> : <NotFound />}</Guard>;
}
