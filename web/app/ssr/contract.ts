/** What the web server gives the renderer, and what it gets. */
import type { Me } from '#services/accounts/contract';

/** One page to render. */
export interface RenderRequest {
  /** Path and query. */
  readonly url: string;
  readonly me: Me | null;
  /** An in-process call of the JSON API as the viewer. Paths start with `/api/`. */
  readonly api: (path: string) => Promise<{ status: number; body: unknown }>;
  /** URLs of the built client. */
  readonly assets: {
    readonly scripts: readonly string[];
    readonly styles: readonly string[];
    readonly preloads: readonly string[];
  };
  /** For example `https://pins.example.org`, without a slash at the end. */
  readonly origin: string;
  /** Allows this page's inline scripts in its Content-Security-Policy. */
  readonly nonce: string;
}

/** The page. With `location`, a redirect without a body. */
export interface RenderResult {
  readonly status: number;
  readonly html: string;
  readonly location?: string;
}
