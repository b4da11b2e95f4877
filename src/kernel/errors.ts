/**
 * The domain errors, named by cause. Transport status (HTTP, exit code) is assigned
 * at the edge from `code`, nowhere else. `message` is written for the person who
 * caused the error and may be shown; anything else thrown is an internal fault whose
 * text never leaves the process.
 */

/** What went wrong, in one word that clients may switch on. */
export type ErrorCode =
  | 'invalid_input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'rate_limited'
  | 'unavailable';

/** Base of every error that may be shown to the person who caused it. */
export class PinakesError extends Error {
  readonly code: ErrorCode;
  /** The input field at fault, where one is. */
  readonly field: string | undefined;
  constructor(code: ErrorCode, message: string, options: { field?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.field = options.field;
  }
}

/** A value breaks its contract. `rule` completes the sentence "FIELD …" and states the limit. */
export class InvalidInputError extends PinakesError {
  constructor(field: string, rule: string, cause?: unknown) {
    super('invalid_input', `${field} ${rule}`, { field, cause });
  }
}

/** Nobody is signed in, or the credentials are wrong. */
export class UnauthenticatedError extends PinakesError {
  constructor(message = 'sign in to do this') {
    super('unauthenticated', message);
  }
}

/** The actor is known and may not do this. Not used where it would reveal that something secret exists. */
export class ForbiddenError extends PinakesError {
  constructor(message = 'you may not do this') {
    super('forbidden', message);
  }
}

/** There is no such thing, or none that the actor may know of. */
export class NotFoundError extends PinakesError {
  constructor(what: string) {
    super('not_found', `there is no such ${what}`);
  }
}

/** The write meets a newer version, or a name that is taken. */
export class ConflictError extends PinakesError {
  constructor(message: string, field?: string) {
    super('conflict', message, field === undefined ? {} : { field });
  }
}

/** Bytes, pixels, frames or items over a limit; the message names the limit. */
export class TooLargeError extends PinakesError {
  constructor(field: string, rule: string) {
    super('too_large', `${field} ${rule}`, { field });
  }
}

/** A file or media type that cannot be read here. */
export class UnsupportedError extends PinakesError {
  constructor(field: string, rule: string, cause?: unknown) {
    super('unsupported', `${field} ${rule}`, { field, cause });
  }
}

/** Too many tries; `retryAfter` is in whole seconds. */
export class RateLimitedError extends PinakesError {
  readonly retryAfter: number;
  constructor(message: string, retryAfter: number) {
    super('rate_limited', message);
    this.retryAfter = retryAfter;
  }
}

/** A dependency cannot answer now; the same call may succeed later. */
export class UnavailableError extends PinakesError {
  constructor(message: string, cause?: unknown) {
    super('unavailable', message, { cause });
  }
}
