/** Domain errors to HTTP: the one place that assigns status codes. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, InvalidInputError, PinakesError, RateLimitedError } from '#kernel/errors';

const statuses: Record<ErrorCode, number> = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  rate_limited: 429,
  unavailable: 503,
};

/** What a client sees of an error. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string };
}

function validationError(error: FastifyError): PinakesError | undefined {
  const first = error.validation?.[0];
  if (!first) return undefined;
  const missing = first.params['missingProperty'];
  const field =
    first.instancePath.slice(1).replaceAll('/', '.') || String(missing ?? error.validationContext ?? 'body');
  return new InvalidInputError(
    field,
    missing === undefined ? (first.message ?? 'is not valid') : 'is required',
  );
}

/** Faults that the HTTP framework found in the request itself, by their status. */
function frameworkBody(error: FastifyError): { status: number; body: ErrorBody } | undefined {
  const status = error.statusCode ?? 500;
  if (status >= 500 || status < 400) return undefined;
  const code = status === 413 ? 'too_large' : status === 415 ? 'unsupported' : 'invalid_input';
  return { status, body: { error: { code, message: error.message } } };
}

/** Status and body for anything thrown. Internal faults show nothing of themselves. */
export function describeError(error: unknown): { status: number; body: ErrorBody } {
  const known = error instanceof PinakesError ? error : validationError(error as FastifyError);
  if (known) {
    const { code, message, field } = known;
    return {
      status: statuses[code],
      body: { error: { code, message, ...(field !== undefined && { field }) } },
    };
  }
  const internal = {
    error: { code: 'internal', message: 'something went wrong on our side; nothing was changed' },
  };
  return frameworkBody(error as FastifyError) ?? { status: 500, body: internal };
}

/** Fastify's error handler: logs faults with their request id, answers clients. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = describeError(error);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  if (error instanceof RateLimitedError) reply.header('retry-after', String(error.retryAfter));
  reply.status(status).header('cache-control', 'no-store').send(body);
}
