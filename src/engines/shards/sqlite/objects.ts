/** Objects in a shard's file. */
import { ConflictError } from '#kernel/errors';
import { decodeId, encodeId, type Id, type ObjectType, objectTypes } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { PutObject, RemoveObject, StoredObject } from '../port.ts';
import { placeholders } from './batches.ts';
import { note } from './journal.ts';
import type { ShardFile } from './shard-file.ts';

/** A change made ready: applies itself inside a transaction and notes the new versions. */
export type Step = (file: ShardFile, versions: Map<Id, number>) => void;

function conflict(type: ObjectType, expect: number): ConflictError {
  return new ConflictError(
    expect === 0 ? `this ${type} exists already` : `this ${type} was changed meanwhile`,
  );
}

function writing(table: ObjectType) {
  const insert = `insert into "${table}" (local_id, data, version, created_at) values (?, ?, 1, ?)`;
  return {
    insert: `${insert} on conflict do nothing`,
    upsert: `${insert} on conflict do update set data = excluded.data, version = version + 1 returning version`,
    update: `update "${table}" set data = ?, version = version + 1 where local_id = ? and version = ?`,
    version: `select version from "${table}" where local_id = ?`,
    remove: `delete from "${table}" where local_id = ?`,
  };
}

const statements = new Map(Object.keys(objectTypes).map((type) => [type, writing(type as ObjectType)]));

function statementsOf(type: ObjectType): ReturnType<typeof writing> {
  return statements.get(type) ?? writing(type);
}

/** Makes a put of an object of `type` ready. */
export function putStep(change: PutObject, type: ObjectType, now: number): Step {
  const { id, expect } = change;
  const { local } = decodeId(id);
  const data = JSON.stringify(change.data);
  const created = change.createdAt ?? now;
  const table = `object:${type}` as const;
  const { insert, update, upsert } = statementsOf(type);
  return (file, versions) => {
    if (expect === undefined) {
      versions.set(id, Number(file.rows(upsert, local, data, created)[0]?.[0]));
      note(file, table, local);
      return;
    }
    const changed =
      expect === 0 ? file.run(insert, local, data, created) : file.run(update, data, local, expect);
    if (changed === 0) throw conflict(type, expect);
    note(file, table, local);
    versions.set(id, expect + 1);
  };
}

/** Makes a removal of an object of `type` ready. */
export function removeStep({ id, expect }: RemoveObject, type: ObjectType): Step {
  const { local } = decodeId(id);
  const { version, remove } = statementsOf(type);
  return (file, versions) => {
    const there = Number(file.rows(version, local)[0]?.[0] ?? 0);
    if (expect !== undefined && there !== expect) throw conflict(type, expect);
    if (file.run(remove, local) > 0) note(file, `object:${type}`, local);
    versions.set(id, 0);
  };
}

function parse(text: unknown): JsonObject {
  return JSON.parse(String(text)) as JsonObject;
}

/** Adds to `found` the objects of a type that are in the file: one batch of `wanted`, which gives the id of each local id. */
export function readObjects(
  file: ShardFile,
  type: ObjectType,
  batch: readonly number[],
  wanted: ReadonlyMap<number, Id>,
  found: Map<Id, StoredObject>,
): void {
  const list = placeholders(batch.length);
  const sql = `select local_id, data, version, created_at from "${type}" where local_id in (${list})`;
  for (const [local, data, version, createdAt] of file.rows(sql, ...batch)) {
    const id = wanted.get(Number(local));
    if (id === undefined) continue;
    found.set(id, { id, data: parse(data), version: Number(version), createdAt: Number(createdAt) });
  }
}

/** Objects of a type behind a local id, in order. */
export function scanObjects(
  file: ShardFile,
  type: ObjectType,
  afterLocal: number,
  limit: number,
): StoredObject[] {
  const sql = `select local_id, data, version, created_at from "${type}" where local_id > ? order by local_id limit ?`;
  return file.rows(sql, afterLocal, limit).map(([local, data, version, createdAt]) => ({
    id: encodeId({ shard: file.shard, type: objectTypes[type], local: Number(local) }),
    data: parse(data),
    version: Number(version),
    createdAt: Number(createdAt),
  }));
}
