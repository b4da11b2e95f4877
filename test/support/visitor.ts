/** A person at the HTTP API: requests with a cookie jar of its own. */
import assert from 'node:assert/strict';
import type { ErrorCode } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Me } from '#services/accounts/contract';
import type { BoardView, NewBoard } from '#services/boards/contract';
import type { MediaView } from '#services/media/contract';
import type { NewPin, PinView } from '#services/pins/contract';

/** The password of everybody who signs up in a test. */
export const password = 'a password for tests';

/** An answer; `body` is the JSON where the answer is JSON, else the text. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** What a refusal looks like. */
export interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string };
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('application/json') === true;
  return isJson && text !== '' ? JSON.parse(text) : text;
}

/** Checks that an answer is a refusal of this kind in the agreed shape, and returns it. */
export function assertRefused(
  answer: Answer<unknown>,
  status: number,
  code: ErrorCode | 'internal',
  field?: string,
): Refusal {
  const shown = `${answer.status} ${JSON.stringify(answer.body)}`;
  assert.equal(answer.status, status, shown);
  const { error } = answer.body as Refusal;
  assert.equal(error.code, code, shown);
  assert.equal(typeof error.message, 'string');
  assert.notEqual(error.message, '');
  if (field !== undefined) assert.equal(error.field, field, shown);
  return answer.body as Refusal;
}

/** One visitor. Signed in after `signUp`; a stranger before. */
export class Visitor {
  readonly url: string;
  /** Who it is; undefined for a stranger. */
  me: Me | undefined;
  #cookie: string | undefined;

  constructor(url: string, cookie?: string) {
    this.url = url;
    this.#cookie = cookie;
  }

  /** The Cookie header that it sends; undefined for a stranger. */
  get cookie(): string | undefined {
    return this.#cookie;
  }

  /** The same person at another address, as after a restart of the site. */
  at(url: string): Visitor {
    const other = new Visitor(url);
    other.me = this.me;
    other.#cookie = this.#cookie;
    return other;
  }

  /** Sends one request; redirects are not followed. `body` may be form data, raw bytes or anything that is JSON. */
  async call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const isRaw = body instanceof FormData || body instanceof Uint8Array;
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.#cookie !== undefined && { cookie: this.#cookie }),
        ...(body !== undefined && !isRaw && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body: isRaw ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body),
      }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return { status: response.status, headers: response.headers, body: (await bodyOf(response)) as T };
  }

  #keep(cookie: string): void {
    const [pair = ''] = cookie.split(';');
    if (!pair.startsWith('pinakes_session=')) return;
    this.#cookie = pair === 'pinakes_session=' ? undefined : pair;
  }

  get<T = unknown>(path: string, headers?: Record<string, string>): Promise<Answer<T>> {
    return this.call<T>('GET', path, undefined, headers);
  }

  post<T = unknown>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>> {
    return this.call<T>('POST', path, body, headers);
  }

  patch<T = unknown>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call<T>('PATCH', path, body);
  }

  put<T = unknown>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.call<T>('PUT', path, body);
  }

  delete<T = unknown>(path: string): Promise<Answer<T>> {
    return this.call<T>('DELETE', path);
  }

  /** The body of an answer that must have this status. */
  async expect<T>(status: number, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The body of a GET that must succeed. */
  read<T>(path: string): Promise<T> {
    return this.expect<T>(200, 'GET', path);
  }

  /** Makes an account and stays signed in. */
  async signUp(name: string, displayName?: string): Promise<this> {
    this.me = await this.expect<Me>(201, 'POST', '/api/accounts', {
      name,
      password,
      ...(displayName && { displayName }),
    });
    return this;
  }

  /** Sends a file as the multipart field `file`, whatever comes of it. */
  sendFile<T = unknown>(
    path: string,
    bytes: Uint8Array,
    name = 'picture.jpg',
    type = 'image/jpeg',
  ): Promise<Answer<T>> {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(bytes)], { type }), name);
    return this.post<T>(path, form);
  }

  /** Uploads a picture that must be taken. */
  async upload(bytes: Uint8Array): Promise<MediaView> {
    const answer = await this.sendFile<MediaView>('/api/media', bytes);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  }

  /** Makes a board. */
  board(name: string, more: Partial<NewBoard> = {}): Promise<BoardView> {
    return this.expect<BoardView>(201, 'POST', '/api/boards', { name, ...more });
  }

  /** Uploads a picture and pins it. */
  async pin(boardId: Id, bytes: Uint8Array, more: Partial<NewPin> = {}): Promise<PinView> {
    const media = await this.upload(bytes);
    return this.expect<PinView>(201, 'POST', '/api/pins', { boardId, mediaId: media.id, ...more });
  }
}
