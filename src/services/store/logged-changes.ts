/**
 * What a commit tells the log besides its events: every change, so that the log alone can bring a shard from any earlier
 * moment to the present. Its last event carries the changes; where it has none, or they are many, events of the store's
 * own do. Data that an event of the commit shows is not repeated; data that none shows is in the store's own events
 * only, so that what a service keeps out of its events stays out of them.
 */
import type { Change, EmitChange, PutObject } from '#engines/shards/port';
import type { Json } from '#kernel/json';
import { type LoggedChange, storeChanged } from './contract.ts';

/** What there is to know of a commit. */
export interface CommitFacts {
  readonly now: number;
  /** Whose commit it is; null for the system. */
  readonly actor: string | null;
}

/** Characters of JSON that one event carries at most, unless a single change takes more. */
const pieceChars = 100_000;
/** About what a change takes besides an object's data. */
const changeChars = 150;

/** A change that waits to be told; `shownBy`: the place among the events of the one that shows its data. */
interface Untold {
  readonly change: LoggedChange;
  readonly chars: number;
  readonly shownBy: number | undefined;
}

const isEmit = (change: Change): change is EmitChange => change.kind === 'emit';

/** The place of the event that shows what is put, the last where there are several. */
function shower(put: PutObject, json: string, events: readonly EmitChange[]): number | undefined {
  const at = events.findLastIndex(
    ({ event }) => event['id'] === put.id && !String(event['type']).endsWith('.removed'),
  );
  return at >= 0 && JSON.stringify(events[at]?.event['body']) === json ? at : undefined;
}

function untoldPut(put: PutObject, now: number, events: readonly EmitChange[]): Untold {
  const { id, expect, createdAt = now } = put;
  const json = JSON.stringify(put.data);
  const shownBy = shower(put, json, events);
  const data = shownBy === undefined ? put.data : 0;
  return {
    change: expect === undefined ? ['put', id, createdAt, data] : ['put', id, createdAt, data, expect + 1],
    chars: changeChars + (shownBy === undefined ? json.length : 0),
    shownBy,
  };
}

function untold(change: Exclude<Change, EmitChange>, now: number, events: readonly EmitChange[]): Untold {
  if (change.kind === 'put') return untoldPut(change, now, events);
  const rest = { chars: changeChars, shownBy: undefined };
  if (change.kind === 'remove') return { change: ['remove', change.id], ...rest };
  const { mapping, from, to } = change;
  if (change.kind === 'unlink') return { change: ['unlink', mapping, from, to], ...rest };
  return { change: ['link', mapping, from, to, change.sequence], ...rest };
}

/** Cuts changes into pieces that one event can carry; at least one, perhaps empty. */
function piecesOf(all: readonly Untold[]): Untold[][] {
  const pieces: Untold[][] = [[]];
  let chars = 0;
  for (const one of all) {
    if (chars > 0 && chars + one.chars > pieceChars) {
      pieces.push([]);
      chars = 0;
    }
    pieces.at(-1)?.push(one);
    chars += one.chars;
  }
  return pieces;
}

/** A piece as the event at `place` carries it: data that an earlier event shows becomes how far back that is. */
function carried(piece: readonly Untold[], place: number): Json[] {
  return piece.map(({ change, shownBy }) => {
    const parts = change as readonly unknown[] as Json[];
    return shownBy === undefined ? parts : parts.with(3, place - shownBy);
  });
}

/** Whether the events say all of a change but where it belongs. */
function isShown({ change: [kind], shownBy }: Untold): boolean {
  return kind !== 'put' || shownBy !== undefined;
}

/** The changes of a commit, with what its last events tell of them. */
export function withLogged(changes: readonly Change[], facts: CommitFacts): Change[] {
  if (changes.length === 0) return [];
  const events = changes.filter(isEmit);
  const others = changes.filter((change) => !isEmit(change));
  const pieces = piecesOf(others.map((change) => untold(change, facts.now, events)));
  const [only] = pieces;
  const last = events.at(-1);
  if (pieces.length === 1 && only?.every(isShown) && last) {
    const host: EmitChange = {
      kind: 'emit',
      event: { ...last.event, also: carried(only, events.length - 1) },
    };
    return [...others, ...events.slice(0, -1), host];
  }
  const own = pieces.map((piece, i): EmitChange => {
    const also = carried(piece, events.length + i);
    const more = i < pieces.length - 1 ? { more: true } : {};
    return { kind: 'emit', event: { type: storeChanged, at: facts.now, actor: facts.actor, also, ...more } };
  });
  return [...others, ...events, ...own];
}
