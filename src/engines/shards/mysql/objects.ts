/** Objects in SQL. */
import { encodeId, type Id, idLimits, type ObjectType, objectTypes } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { groupIds, type IdGroup } from '../id-groups.ts';
import type { StoredObject } from '../port.ts';
import type { Gatherer, Question, Rows } from './gather.ts';
import type { Layout } from './layout.ts';
import type { Cell } from './link.ts';
import { most } from './literals.ts';

/** The longest list of keys in one question. */
const listSize = 512;

/** An object's key in its table. */
export function objectKey(layout: Layout, shard: number, type: ObjectType, local: number): string {
  const base = layout.objectBase(shard, type);
  return base === 0n ? String(local) : (base + BigInt(local)).toString();
}

/** The local id in a key. */
export function localOf(layout: Layout, shard: number, type: ObjectType, key: Cell | undefined): number {
  const base = layout.objectBase(shard, type);
  return base === 0n ? Number(key) : Number(BigInt(String(key)) - base);
}

/** The condition that rows are a shard's. */
export function objectScope(layout: Layout, shard: number, type: ObjectType): string {
  const [first, last] = [0, idLimits.local].map((local) => objectKey(layout, shard, type, local));
  return `${layout.objectKey} between ${first} and ${last}`;
}

function columns(layout: Layout): string {
  return `${layout.objectKey}, data, version, created_at`;
}

function objectOf(id: Id, [, data, version, createdAt]: readonly Cell[], isStale = false): StoredObject {
  const value = JSON.parse(String(data)) as JsonObject;
  const object = { id, data: value, version: Number(version), createdAt: Number(createdAt) };
  return isStale ? { ...object, isStale } : object;
}

function* lists(group: IdGroup): Generator<[IdGroup, number[]]> {
  const locals = [...group.wanted.keys()];
  for (let start = 0; start < locals.length; start += listSize) {
    yield [group, locals.slice(start, start + listSize)];
  }
}

/** Objects by id; missing ones absent. */
export async function readObjects(
  gatherer: Gatherer,
  layout: Layout,
  ids: readonly Id[],
): Promise<Map<Id, StoredObject>> {
  const parts = groupIds(ids).flatMap((group) => [...lists(group)]);
  const questions = parts.map(([{ shard, type }, locals]): Question => {
    const keys = locals.map((local) => objectKey(layout, shard, type, local)).join();
    const rest = `where ${layout.objectKey} in (${keys})`;
    return { shard, table: type, columns: columns(layout), rest, weight: locals.length };
  });
  const { answers, stale } = await gatherer.gatherFrom(questions, 'any');
  const found = new Map<Id, StoredObject>();
  for (const [i, rows] of answers.entries()) {
    const group = parts[i]?.[0];
    for (const row of group ? rows : []) {
      const id = group?.wanted.get(localOf(layout, group.shard, group.type, row[0]));
      if (id !== undefined) found.set(id, objectOf(id, row, stale.has(i)));
    }
  }
  return found;
}

/** Objects of a type behind a local id, in order. */
export async function scanObjects(
  gatherer: Gatherer,
  layout: Layout,
  where: { readonly shard: number; readonly type: ObjectType; readonly afterLocal: number },
  limit: number,
): Promise<StoredObject[]> {
  const { shard, type, afterLocal } = where;
  const key = layout.objectKey;
  const rest = `where ${objectScope(layout, shard, type)} and ${key} > ${objectKey(layout, shard, type, afterLocal)}
    order by ${key} limit ${most(limit)}`;
  const question = { shard, table: type, columns: columns(layout), rest, weight: limit };
  const rows: Rows = await gatherer.ask(question, 'any');
  return rows.map((row) => {
    const local = localOf(layout, shard, type, row[0]);
    return objectOf(encodeId({ shard, type: objectTypes[type], local }), row);
  });
}
