/** Pages: rendered on the server with the same JSON API that the browser uses, as the same viewer. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '#apps/api/deps';
import type { Me } from '#services/accounts/contract';
import { type PageAssets, readAssets, serveAssets } from './assets.ts';

/** What the web app's server entry is given for one page. */
export interface RenderRequest {
  readonly url: string;
  readonly me: Me | null;
  readonly api: (path: string) => Promise<{ status: number; body: unknown }>;
  readonly assets: PageAssets;
  readonly origin: string;
  readonly nonce: string;
  /** The Cookie header without the session: display preferences. */
  readonly cookies: Readonly<Record<string, string | undefined>>;
  readonly language: string;
}

/** What it answers. */
export interface RenderResult {
  readonly status: number;
  readonly html: string;
  readonly location?: string;
}

type Render = (request: RenderRequest) => Promise<RenderResult>;

const pageRoutes = [
  '/',
  '/following',
  '/pin/:id',
  '/board/:id',
  '/search',
  '/search/picture',
  '/signin',
  '/signup',
  '/settings',
  '/operations',
  '/operations/live',
  '/operations/shards',
  '/operations/plan',
  '/operations/migrations',
  '/operations/events',
  '/insights',
  '/insights/pin/:id',
  '/insights/board/:id',
  '/@:name',
  '/@:name/pins',
];

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: https:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Renders pages for one server. */
class Pages {
  readonly #server: FastifyInstance;
  readonly #deps: ApiDeps;
  readonly #assets: PageAssets;
  readonly #render: Render;

  constructor(server: FastifyInstance, deps: ApiDeps, assets: PageAssets, render: Render) {
    this.#server = server;
    this.#deps = deps;
    this.#assets = assets;
    this.#render = render;
  }

  readonly handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const nonce = randomBytes(16).toString('base64');
    const { pinakes_session: _, ...cookies } = request.cookies;
    const result = await this.#render({
      url: request.url,
      me: request.viewer.kind === 'person' ? await this.#deps.services.accounts.me(request.viewer) : null,
      api: (url) => this.#call(request, url),
      assets: this.#assets,
      origin: this.#deps.config.origin ?? `${request.protocol}://${request.host}`,
      nonce,
      cookies,
      language: request.headers['accept-language'] ?? '',
    });
    if (result.location !== undefined) return reply.redirect(result.location, 303);
    reply
      .header('content-security-policy', contentSecurityPolicy(nonce))
      .header('cache-control', 'private, no-cache');
    return reply.status(result.status).type('text/html; charset=utf-8').send(result.html);
  };

  /** Calls the API in this process, with the caller's cookie and address. */
  async #call(request: FastifyRequest, url: string): Promise<{ status: number; body: unknown }> {
    const { cookie } = request.headers;
    const traceparent = this.#deps.tracing?.traceparent();
    const answer = await this.#server.inject({
      url,
      remoteAddress: request.ip,
      headers: {
        host: request.host,
        ...(cookie !== undefined && { cookie }),
        ...(traceparent !== undefined && { traceparent }),
      },
    });
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
  }
}

/** Adds every page and the browser's files to the server. `distFolder` is where the web app was built. */
export async function installWeb(server: FastifyInstance, deps: ApiDeps, distFolder: string): Promise<void> {
  const assets = await readAssets(distFolder);
  const entry = pathToFileURL(path.join(distFolder, 'server/entry-server.js')).href;
  const { render } = (await import(entry)) as { render: Render };
  const pages = new Pages(server, deps, assets, render);
  for (const url of pageRoutes) server.get(url, { schema: { hide: true } }, pages.handle);
  await serveAssets(server, distFolder);
  server.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (wantsPage) return pages.handle(request, reply);
    return reply.status(404).send({ error: { code: 'not_found', message: 'there is no such address' } });
  });
}
