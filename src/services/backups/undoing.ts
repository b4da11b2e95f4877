/**
 * What was done to a shard after a moment, undone. Nothing is wound back: the log goes on in one direction, and so do
 * versions. Rows that were touched are written once more, as they were, with events that tell so; caches, indexes and
 * whoever restores this shard later follow as they follow any change.
 *
 * Some rows are not what people did. Sessions and sign-in links that ended stay ended. Pictures stay, since others have
 * pinned them. Edges that mirror objects of other shards follow these.
 */
import { isDeepStrictEqual } from 'node:util';
import type { RowPut, RowValue } from '#engines/shards/transfer';
import { encodeId, type Id, type ObjectType, objectTypes, shardOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { type LoggedChange, storeChanged } from '#services/store/contract';
import type { Mirror, ObjectKnowledge } from './contract.ts';
import type { OutboxWriter } from './outbox-writer.ts';
import type { Touched } from './replay.ts';

/** An edge that must be made or removed where an object's mirror lives. */
export interface MirrorChange extends Mirror {
  readonly to: Id;
  /** Where it stands among the others; null: the edge goes. */
  readonly sequence: number | null;
}

/** What undoing stands on. */
export interface UndoDeps {
  readonly shard: number;
  readonly now: number;
  readonly knowledge: ObjectKnowledge;
  readonly writer: OutboxWriter;
}

const onlyGo = new Set(['object:session', 'object:link', 'mapping:user_has_session']);
const onlyComeBack = new Set(['object:media', 'mapping:user_took_media']);
const mirrors = new Set([
  'mapping:media_has_pin',
  'mapping:user_has_follower',
  'mapping:board_has_follower',
  'mapping:user_joins_board',
]);
const follows = new Set(['mapping:user_follows_user', 'mapping:user_follows_board']);

/** What matters of a row's value: all but an object's version. */
const matter = (value: RowValue | null): RowValue | undefined => value?.slice(value.length > 1 ? 1 : 0);

/** Whether a row is to be what it was. */
function isUndone({ name: { table }, was, now }: Touched): boolean {
  if (mirrors.has(table) || isDeepStrictEqual(matter(was), matter(now))) return false;
  if (onlyGo.has(table)) return was === null;
  return !onlyComeBack.has(table) || now === null;
}

const dataOf = (value: RowValue | null): JsonObject | null =>
  value === null ? null : (JSON.parse(String(value[2])) as JsonObject);

/** An object's row, before and after it is undone. */
class UndoneObject {
  readonly type: ObjectType;
  readonly id: Id;
  readonly was: JsonObject | null;
  readonly now: JsonObject | null;
  readonly version: number;
  readonly put: RowPut;
  readonly createdAt: number;
  /** Whether it was removed since, and made anew. */
  readonly #isAnother: boolean;

  constructor(shard: number, { name, was, now, top }: Touched) {
    this.type = name.table.slice('object:'.length) as ObjectType;
    this.id = encodeId({ shard, type: objectTypes[this.type], local: Number(name.key[0]) });
    this.was = dataOf(was);
    this.now = dataOf(now);
    // A removal took the version behind the last.
    this.version = now === null ? top + 2 : Number(now[0]) + 1;
    this.createdAt = Number((was ?? now)?.[1]);
    this.#isAnother = was !== null && now !== null && was[1] !== now[1];
    this.put = { ...name, value: was && [this.version, this.createdAt, String(was[2])] };
  }

  /** As the log holds it; `data` where no event shows it. */
  logged(data: JsonObject | number): LoggedChange[] {
    const remove: LoggedChange = ['remove', this.id];
    if (this.was === null) return [remove];
    // An object keeps the time of its first write as long as it is there.
    const put: LoggedChange = ['put', this.id, this.createdAt, data, this.version];
    return this.#isAnother ? [remove, put] : [put];
  }

  get verb(): string {
    if (this.was === null) return 'removed';
    return this.now === null ? 'created' : 'updated';
  }
}

function carrying(now: number, also: readonly LoggedChange[]): JsonObject {
  return { type: storeChanged, at: now, actor: null, also: also as unknown as JsonObject[] };
}

/** The events that tell of an undone object. */
function eventsOf(object: UndoneObject, { now, knowledge }: UndoDeps): JsonObject[] {
  const { type, id, version, verb, was } = object;
  const bodyOf = (data: JsonObject | null) => data && knowledge.body(type, data);
  const body = bodyOf(was ?? object.now);
  const own = carrying(now, object.logged(was ?? {}));
  if (body === null) return [own];
  const before = verb === 'updated' ? bodyOf(object.now) : null;
  const event = { type: `${type}.${verb}`, id, version, at: now, actor: null, body, before };
  if (was !== null && !isDeepStrictEqual(body, was)) return [event, own];
  return [{ ...event, also: object.logged(0) as unknown as JsonObject[] }];
}

function mirrorsOf(object: UndoneObject, { knowledge }: UndoDeps): MirrorChange[] {
  const { type, id: to, was, now, createdAt } = object;
  const [old, fresh] = [now, was].map((data) => (data ? knowledge.mirrors(type, data) : []));
  if (!old || !fresh || isDeepStrictEqual(old, fresh)) return [];
  return [
    ...old.map((mirror) => ({ ...mirror, to, sequence: null })),
    ...fresh.map((mirror) => ({ ...mirror, to, sequence: createdAt })),
  ];
}

/** An edge as the log holds it. */
function loggedEdge({ name: { table, key }, was }: Touched): LoggedChange {
  const [from, to] = key as [Id, Id];
  const mapping = table.slice('mapping:'.length);
  return was === null ? ['unlink', mapping, from, to] : ['link', mapping, from, to, Number(was[0])];
}

function edgeEvent(edge: Touched, now: number): JsonObject {
  const also = [loggedEdge(edge)];
  if (!follows.has(edge.name.table) || (edge.was && edge.now)) return carrying(now, also);
  const [id, target = ''] = edge.name.key as [Id, Id];
  const type = edge.was === null ? 'follow.removed' : 'follow.created';
  const event = { type, id, version: now, at: now, actor: id, body: { target }, before: null };
  return { ...event, also: also as unknown as JsonObject[] };
}

/** Undoes what was done to rows; answers how many, and the edges on other shards that must follow. */
export async function undo(
  touched: Iterable<Touched>,
  deps: UndoDeps,
): Promise<{ rows: number; mirrors: MirrorChange[] }> {
  const undone = [...touched].filter(isUndone);
  const changes: MirrorChange[] = [];
  for (const row of undone) {
    if (row.name.table.startsWith('object:')) {
      const object = new UndoneObject(deps.shard, row);
      changes.push(...mirrorsOf(object, deps));
      await deps.writer.add([object.put], eventsOf(object, deps));
    } else {
      await deps.writer.add([{ ...row.name, value: row.was }], [edgeEvent(row, deps.now)]);
    }
  }
  await deps.writer.flush();
  return { rows: undone.length, mirrors: changes };
}

/** Mirror changes by the shard that they belong to. */
export function byShard(changes: readonly MirrorChange[]): Map<number, MirrorChange[]> {
  return Map.groupBy(changes, ({ from }) => shardOf(from));
}
