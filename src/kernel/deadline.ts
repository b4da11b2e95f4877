/** Waiting for a limited time. */

/** What `within` answers when time is up first. */
export const late: unique symbol = Symbol('late');

/**
 * The outcome of work that goes on whether or not it is waited for, or `late` after `ms`. A rejection that comes later is
 * nobody's, and heard by no one.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | typeof late> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), ms);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
