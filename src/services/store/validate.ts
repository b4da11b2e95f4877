/** The rules that every write passes before it reaches a shard. */
import type { Change, LinkChange, UnlinkChange } from '#engines/shards/port';
import { InvalidInputError, TooLargeError } from '#kernel/errors';
import { type Id, isId, shardOf, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { mappings, type StoreCommit } from './contract.ts';

const limits = { changes: 1000, objectBytes: 256 * 1024, eventBytes: 640 * 1024 } as const;

/** Throws `InvalidInputError` unless the mapping is in use. */
export function requireMapping(name: string): asserts name is keyof typeof mappings {
  if (!Object.hasOwn(mappings, name)) throw new InvalidInputError('mapping', 'must be one that is in use');
}

/** Throws `InvalidInputError` unless it is the id of a type that is in use. */
export function requireId(field: string, id: Id): void {
  if (!isId(id)) throw new InvalidInputError(field, 'must be an id');
  if (typeOf(id) === undefined) throw new InvalidInputError(field, 'must be of a type that is in use');
}

function requireHome(field: string, id: Id, shard: number): void {
  requireId(field, id);
  if (shardOf(id) !== shard) throw new InvalidInputError(field, `must belong to shard ${shard}`);
}

function requireEdge({ mapping, from, to }: LinkChange | UnlinkChange, shard: number): void {
  requireMapping(mapping);
  requireHome('from', from, shard);
  const types = mappings[mapping];
  if (typeOf(from) !== types.from) throw new InvalidInputError('from', `must be the id of a ${types.from}`);
  if (!isId(to) || typeOf(to) !== types.to)
    throw new InvalidInputError('to', `must be the id of a ${types.to}`);
}

function jsonOf(field: string, value: JsonObject): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInputError(field, 'must be an object');
  }
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw new InvalidInputError(field, 'must be writable as JSON', error);
  }
}

/** The JSON of an object, of at most `most` bytes. */
function boundedJson(field: string, value: JsonObject, most: number): string {
  const json = jsonOf(field, value);
  // A UTF-16 code unit takes at most 3 bytes, so most texts need no counting.
  if (json.length * 3 > most && Buffer.byteLength(json) > most) {
    throw new TooLargeError(field, `must be at most ${most / 1024} kB as JSON`);
  }
  return json;
}

function requireChange(change: Change, shard: number): string | undefined {
  switch (change.kind) {
    case 'put':
      requireHome('id', change.id, shard);
      return boundedJson('data', change.data, limits.objectBytes);
    case 'remove':
      requireHome('id', change.id, shard);
      return undefined;
    case 'emit':
      boundedJson('event', change.event, limits.eventBytes);
      return undefined;
    default:
      requireEdge(change, shard);
      return undefined;
  }
}

/** What a commit puts of an object. */
export interface Written {
  readonly json: string;
  readonly createdAt: number;
}

function requireSize({ shard, changes }: StoreCommit, shardCount: number): void {
  if (!Number.isInteger(shard) || shard < 0 || shard >= shardCount) {
    throw new InvalidInputError('shard', `must be a whole number from 0 to ${shardCount - 1}`);
  }
  if (changes.length > limits.changes)
    throw new InvalidInputError('changes', `must be at most ${limits.changes}`);
}

/** Checks a whole commit at the time `now`; answers what it puts of every object, the last where there are several of one. */
export function requireCommit(commit: StoreCommit, shardCount: number, now: number): Map<Id, Written> {
  requireSize(commit, shardCount);
  const written = new Map<Id, Written>();
  for (const change of commit.changes) {
    const json = requireChange(change, commit.shard);
    if (json !== undefined && change.kind === 'put') {
      written.set(change.id, { json, createdAt: change.createdAt ?? now });
    }
  }
  return written;
}
