import type { Api, UnsafeMethod } from './api.ts';
import { errorOf, offlineError } from './api-error.ts';

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function request(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw offlineError();
  });
  const body = await bodyOf(response);
  if (!response.ok) throw errorOf(response.status, body);
  return body;
}

function initOf(method: UnsafeMethod, body: object | undefined): RequestInit {
  if (body === undefined) return { method };
  if (body instanceof FormData) return { method, body };
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

const withSignal = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

/** The API over `fetch`. */
export const browserApi: Api = {
  get: <T>(path: string, signal?: AbortSignal) => request(path, withSignal(signal)) as Promise<T>,
  send: <T>(method: UnsafeMethod, path: string, body?: object, signal?: AbortSignal) =>
    request(path, { ...initOf(method, body), ...withSignal(signal) }) as Promise<T>,
};
