/** Commits, read from the events that carry them. */
import { UnsupportedError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import type { LoggedChange, LoggedCommit } from '#services/store/contract';
import type { ShardEvent } from './replay-log.ts';

/** A commit with all its changes; the data of puts is there. */
export interface Commit {
  readonly at: number;
  /** Of its last event. */
  readonly sequence: number;
  readonly changes: LoggedChange[];
}

/** More events than one commit has. */
const mostHeld = 2000;

/** A put with its data in place of where it is shown; undefined when that is not there. */
function resolved(change: LoggedChange, held: readonly JsonObject[]): LoggedChange | undefined {
  if (change[0] !== 'put' || typeof change[3] !== 'number') return change;
  const [kind, id, createdAt, back, ...version] = change;
  const shown = held.at(-1 - back);
  const data = shown?.['body'];
  if (shown?.['id'] !== id || typeof data !== 'object' || data === null || Array.isArray(data))
    return undefined;
  return [kind, id, createdAt, data, ...version] as LoggedChange;
}

function refuse(change: LoggedChange): void {
  throw new UnsupportedError('event log', `is damaged: it does not hold what ${change[1]} became`);
}

/**
 * The commits of a shard's events, in order. Events that belong to no commit with changes are passed over. Throws
 * `UnsupportedError` for a put whose data is not there, unless `onLost` takes it.
 */
export function* commitsOf(
  events: Iterable<ShardEvent>,
  onLost: (change: LoggedChange) => void = refuse,
): Iterable<Commit> {
  let held: JsonObject[] = [];
  let changes: LoggedChange[] = [];
  for (const { at, sequence, event } of events) {
    held.push(event);
    if (held.length > mostHeld) held = held.slice(-mostHeld / 2);
    const { also, more } = event as Partial<LoggedCommit>;
    if (also === undefined) continue;
    for (const change of also) {
      const whole = resolved(change, held);
      if (whole) changes.push(whole);
      else onLost(change);
    }
    if (more) continue;
    if (changes.length > 0) yield { at, sequence, changes };
    [held, changes] = [[], []];
  }
}
