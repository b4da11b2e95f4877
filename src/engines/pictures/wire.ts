/** What passes between the server's thread and a picture worker: requests, small results, domain errors. */
import {
  type ErrorCode,
  InvalidInputError,
  PinakesError,
  TooLargeError,
  UnavailableError,
  UnsupportedError,
} from '#kernel/errors';
import type { Pictures } from './port.ts';

type Verb = 'process' | 'derive' | 'strip' | 'encode';

/** One call of a worker; `hello` asks what its encoder is. */
export type WireRequest =
  | { readonly verb: 'hello' }
  | { [V in Verb]: { readonly verb: V; readonly request: Parameters<Pictures[V]>[0] } }[Verb];

/** What the encoder in the workers is. */
export type Hello = Pick<Pictures, 'encoder' | 'dimensions'>;

/** An answer. Domain errors travel as data, since a thread boundary takes their class from them. */
export type WireAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly field: string; readonly message: string };

const withField = {
  invalid_input: InvalidInputError,
  too_large: TooLargeError,
  unsupported: UnsupportedError,
};

/** The domain error that a worker threw. */
export function revived({ code, field, message }: Extract<WireAnswer, { ok: false }>): PinakesError {
  const rule = message.startsWith(`${field} `) ? message.slice(field.length + 1) : message;
  if (code === 'invalid_input' || code === 'too_large' || code === 'unsupported') {
    return new withField[code](field, rule);
  }
  return code === 'unavailable' ? new UnavailableError(message) : new PinakesError(code, message, { field });
}

function call(pictures: Pictures, message: WireRequest): Promise<unknown> {
  switch (message.verb) {
    case 'hello':
      return Promise.resolve({ encoder: pictures.encoder, dimensions: pictures.dimensions } satisfies Hello);
    case 'process':
      return pictures.process(message.request);
    case 'derive':
      return pictures.derive(message.request);
    case 'strip':
      return pictures.strip(message.request);
    case 'encode':
      return pictures.encode(message.request);
  }
}

/** The function that a worker's module exports for `createPicturePool`. Faults that are not domain errors reject. */
export function pictureTask(pictures: Pictures): (message: WireRequest) => Promise<WireAnswer> {
  return async (message) => {
    try {
      return { ok: true, value: await call(pictures, message) };
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      return { ok: false, code: error.code, field: error.field ?? '', message: error.message };
    }
  };
}
