import { UnavailableError } from '#kernel/errors';

/** The store could not be asked at all, so nothing was done. */
export class UnreachedError extends UnavailableError {}
