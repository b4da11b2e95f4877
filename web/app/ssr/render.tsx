import { dehydrate } from '@tanstack/preact-query';
import { renderToString } from 'preact-render-to-string';
import { ApiError } from '../../shared/api/api-error.ts';
import { createQueryClient } from '../../shared/api/query-client.ts';
import type { Head, PageContext, PageModule } from '../../shared/nav/page.ts';
import { App } from '../app.tsx';
import { loadPage, matchPath } from '../routes.ts';
import type { RenderRequest, RenderResult } from './contract.ts';
import { documentOf } from './document.ts';
import { headTags } from './head.ts';
import { serverApi } from './server-api.ts';

const missing = '/not-found';
/** Refusals that mean that there is nothing at this address for this person. */
const nothingHere = new Set([400, 403, 404]);

/** Loads a page's data; answers the status that the page is sent with. */
async function statusOf(page: PageModule, context: PageContext, path: string): Promise<number> {
  const { route } = matchPath(path);
  if (route === matchPath(missing).route) return 404;
  if (route.isOwners && context.me?.role !== 'owner') return 404;
  try {
    await page.load?.(context);
    return 200;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return nothingHere.has(error.status) ? 404 : 503;
  }
}

function redirectOf(url: URL, request: RenderRequest): string | undefined {
  if (matchPath(url.pathname).route.isPersonal && !request.me) {
    return `/signin?next=${encodeURIComponent(url.pathname)}`;
  }
  const isSigningIn = /^\/sign(in|up)$/.test(url.pathname) && !url.searchParams.has('token');
  return isSigningIn && request.me ? '/' : undefined;
}

function contextOf(url: URL, request: RenderRequest): PageContext {
  const client = createQueryClient({ retry: false, gcTime: Number.POSITIVE_INFINITY });
  client.setQueryData(['me'], request.me);
  const { params } = matchPath(url.pathname);
  return { api: serverApi(request.api), client, params, search: url.searchParams, me: request.me };
}

function headOf(page: PageModule, status: number, context: PageContext): Head {
  if (status === 200) return page.head(context);
  return { title: status === 404 ? 'Not found' : 'Not reachable just now', hidden: true };
}

/** Renders one page: its data, its head, its HTML. Rejects only when the renderer itself is at fault. */
export async function render(request: RenderRequest): Promise<RenderResult> {
  const url = new URL(request.url, request.origin);
  const location = redirectOf(url, request);
  if (location) return { status: 302, html: '', location };
  const context = contextOf(url, request);
  const page = await loadPage(url.pathname);
  const status = await statusOf(page, context, url.pathname);
  const shown = status === 404 ? missing : url.pathname;
  const ssr = { path: shown, search: url.search.slice(1) };
  const html = documentOf({
    head: headTags(headOf(page, status, context), { origin: request.origin, path: url.pathname }),
    body: renderToString(<App api={context.api} client={context.client} ssr={ssr} />),
    state: { path: shown, queries: dehydrate(context.client) },
    assets: request.assets,
    nonce: request.nonce,
  });
  context.client.clear();
  return { status, html };
}
