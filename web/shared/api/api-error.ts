/** What the API answers when it refuses. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string };
}

/** A refusal by the API, or no answer at all (`status` 0). `message` is for a person. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return typeof error === 'object' && error !== null && 'message' in error && 'code' in error;
}

/** The error for an answer outside 2xx; a body that is not the API's gives a general sentence. */
export function errorOf(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) return new ApiError(status, body.error.code, body.error.message, body.error.field);
  return new ApiError(status, 'unavailable', 'The server could not answer just now. Please try again.');
}

/** The error for a request that got no answer. */
export function offlineError(): ApiError {
  return new ApiError(
    0,
    'offline',
    'There is no connection to the server. Check your network and try again.',
  );
}

/** The sentence to show for whatever was thrown: it begins with a capital and ends with a stop. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something went wrong here. Please try again.';
  const text = error.message.trim();
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Whether this is a refusal with that status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
