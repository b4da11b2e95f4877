/** The JSON API as pages see it: the same over HTTP in a browser and in-process on the server. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** HTTP methods that change something. */
export type UnsafeMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Paths start with `/api/`. Both reject with `ApiError`. `T` is what the route's contract promises. */
export interface Api {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  /** `body` is sent as JSON, a `FormData` as multipart. Answers undefined for 204. */
  send<T>(method: UnsafeMethod, path: string, body?: object, signal?: AbortSignal): Promise<T>;
}

/** Where components find the API. */
export const ApiContext = createContext<Api | null>(null);

/** The API of this page. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api) return api;
  throw new Error('useApi needs an ApiContext above it');
}

/** `path` with a query string; undefined and empty values are left out. */
export function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}
