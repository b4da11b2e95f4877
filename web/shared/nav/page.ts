/** What a page of the app is made of: its code, its data and its head, for server and browser alike. */
import type { QueryClient } from '@tanstack/preact-query';
import type { ComponentType } from 'preact';
import type { Me } from '#services/accounts/contract';
import type { Api } from '../api/api.ts';

/** Named parts of a path. */
export type Params = Readonly<Record<string, string>>;

/** What a page may load its data with. */
export interface PageContext {
  readonly api: Api;
  readonly client: QueryClient;
  readonly params: Params;
  readonly search: URLSearchParams;
  readonly me: Me | null;
}

/** What a page says about itself to browsers, search engines and link previews. */
export interface Head {
  /** Without the site's name. */
  readonly title: string;
  readonly description?: string;
  /** A path or URL of a picture, with its size in pixels. */
  readonly image?: {
    readonly url: string;
    readonly width: number;
    readonly height: number;
    readonly alt: string;
  };
  /** Not for search engines: private, or different for everyone. */
  readonly hidden?: boolean;
}

/** What `Page` is given. */
export interface PageProps {
  readonly params: Params;
}

/** A page. */
export interface PageModule {
  readonly Page: ComponentType<PageProps>;
  /** Loads what the first paint shows into the client. Rejects with the API's refusal. */
  readonly load?: (context: PageContext) => Promise<unknown>;
  readonly head: (context: PageContext) => Head;
}
