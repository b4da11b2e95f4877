/** The events service: changes from the shards to the log, and from the log to everything derived from it. */
import type { Events } from './contract.ts';
import { type EventsDeps, LoggedEvents } from './events.ts';

export { toLogged } from './delivered.ts';
export type { EventsDeps } from './events.ts';

/** Makes the service. Nothing runs before `start`; `stop` before closing the log and the shards. Throws `ConflictError` when two consumers have one name. */
export function createEvents(deps: EventsDeps): Events {
  return new LoggedEvents(deps);
}
