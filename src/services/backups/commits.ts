/** Commits, read from the events that carry them. */
import { UnsupportedError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import type { LoggedChange, LoggedCommit } from '#services/store/contract';
import type { ShardEvent } from './replay-log.ts';

/** A commit with all its changes; the data of puts is there. */
export interface Commit {
  readonly at: number;
  readonly changes: LoggedChange[];
}

/** More events than one commit has. */
const mostHeld = 2000;

/** A put with its data in place of where it is shown. */
function resolved(change: LoggedChange, held: readonly JsonObject[]): LoggedChange {
  if (change[0] !== 'put' || typeof change[3] !== 'number') return change;
  const [kind, id, createdAt, back, ...version] = change;
  const data = held.at(-1 - back)?.['body'];
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new UnsupportedError('event log', `is damaged: it does not hold what ${id} became`);
  return [kind, id, createdAt, data, ...version] as LoggedChange;
}

/** The commits of a shard's events, in order. Events that belong to no commit with changes are passed over. */
export function* commitsOf(events: Iterable<ShardEvent>): Iterable<Commit> {
  let held: JsonObject[] = [];
  let changes: LoggedChange[] = [];
  for (const { at, event } of events) {
    held.push(event);
    if (held.length > mostHeld) held = held.slice(-mostHeld / 2);
    const { also, more } = event as Partial<LoggedCommit>;
    if (also === undefined) continue;
    changes.push(...also.map((change) => resolved(change, held)));
    if (more) continue;
    if (changes.length > 0) yield { at, changes };
    [held, changes] = [[], []];
  }
}
