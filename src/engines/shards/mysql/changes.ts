/** Changes made ready: checked against the port's rules and turned into SQL before any transaction begins. */
import { ConflictError } from '#kernel/errors';
import { decodeId, type Id, type ObjectType } from '#kernel/ids';
import { checkEdge, checkObject } from '../change-rules.ts';
import type {
  Change,
  CommitResult,
  EmitChange,
  LinkChange,
  PutObject,
  RemoveObject,
  UnlinkChange,
} from '../port.ts';
import type { Catalog } from './catalog.ts';
import type { Layout } from './layout.ts';
import type { Answer } from './link.ts';
import { idLiteral, integer, json, text } from './literals.ts';
import { objectKey } from './objects.ts';
import type { Step, Write } from './write.ts';

/** Where a commit goes, and when. */
export interface Place {
  readonly layout: Layout;
  readonly catalog: Catalog;
  readonly shard: number;
  readonly now: number;
}

function conflict(type: ObjectType, expect: number): ConflictError {
  return new ConflictError(
    expect === 0 ? `this ${type} exists already` : `this ${type} was changed meanwhile`,
  );
}

function putStatements(place: Place, change: PutObject, table: string, key: string): string[] {
  const { expect, createdAt = place.now } = change;
  const name = place.layout.objectKey;
  const data = text(json(change.data, 'data'));
  const values = `${table} (${name}, data, version, created_at)
    values (${key}, ${data}, 1, ${integer(createdAt, 'createdAt')})`;
  if (expect === 0) return [`insert ignore into ${values}`];
  if (expect !== undefined) {
    const version = integer(expect, 'expect');
    return [
      `update ${table} set data = ${data}, version = version + 1 where ${name} = ${key} and version = ${version}`,
    ];
  }
  return [
    `insert into ${values} on duplicate key update data = values(data), version = version + 1`,
    `select version from ${table} where ${name} = ${key}`,
  ];
}

function putStep(place: Place, change: PutObject, type: ObjectType): Step {
  const { id, expect } = change;
  const { local } = decodeId(id);
  const table = place.catalog.named(place.shard, type);
  return {
    table: type,
    statements: putStatements(place, change, table, objectKey(place.layout, place.shard, type, local)),
    name: { table: `object:${type}`, key: [local] },
    check: ([written, read], versions) => {
      if (expect !== undefined && written?.affected === 0) throw conflict(type, expect);
      versions.set(id, expect === undefined ? Number(read?.rows[0]?.[0]) : expect + 1);
    },
  };
}

/** Removing answers what was there; a row that must not be there is looked for under a lock. */
function removeStep({ layout, catalog, shard }: Place, { id, expect }: RemoveObject, type: ObjectType): Step {
  const { local } = decodeId(id);
  const table = catalog.named(shard, type);
  const row = `${table} where ${layout.objectKey} = ${objectKey(layout, shard, type, local)}`;
  const version = expect ? ` and version = ${integer(expect, 'expect')}` : '';
  return {
    table: type,
    statements: expect === 0 ? [`select 1 from ${row} for update`] : [`delete from ${row}${version}`],
    name: { table: `object:${type}`, key: [local] },
    check: ([done], versions) => {
      const isMet = expect === 0 ? done?.rows.length === 0 : done?.affected === 1;
      if (expect !== undefined && !isMet) throw conflict(type, expect);
      versions.set(id, 0);
    },
  };
}

function linkStep(table: string, change: LinkChange): Step {
  const { mapping, from, to, unique } = change;
  const values = `${table} (from_id, to_id, sequence)
    values (${idLiteral(from)}, ${idLiteral(to)}, ${integer(change.sequence, 'sequence')})`;
  const move = `insert into ${values} on duplicate key update sequence = values(sequence)`;
  return {
    table: mapping,
    statements: [unique ? `insert ignore into ${values}` : move],
    name: { table: `mapping:${mapping}`, key: [from, to] },
    check: ([done]) => {
      if (unique && done?.affected === 0) throw new ConflictError('this was added before');
    },
  };
}

function unlinkStep(table: string, { mapping, from, to }: UnlinkChange): Step {
  return {
    table: mapping,
    statements: [`delete from ${table} where from_id = ${idLiteral(from)} and to_id = ${idLiteral(to)}`],
    name: { table: `mapping:${mapping}`, key: [from, to] },
    check: () => undefined,
  };
}

function objectStep(place: Place, change: PutObject | RemoveObject): Step {
  const type = checkObject(place.shard, change);
  return change.kind === 'put' ? putStep(place, change, type) : removeStep(place, change, type);
}

function edgeStep({ catalog, shard }: Place, change: LinkChange | UnlinkChange): Step {
  checkEdge(shard, change);
  const table = catalog.named(shard, change.mapping);
  return change.kind === 'link' ? linkStep(table, change) : unlinkStep(table, change);
}

function stepOf(place: Place, change: Exclude<Change, EmitChange>): Step {
  const isObject = change.kind === 'put' || change.kind === 'remove';
  return isObject ? objectStep(place, change) : edgeStep(place, change);
}

function versionsOf(steps: readonly Step[], answers: readonly Answer[]): CommitResult {
  const versions = new Map<Id, number>();
  let at = 0;
  for (const { statements, check } of steps) {
    check(answers.slice(at, at + statements.length), versions);
    at += statements.length;
  }
  return versions;
}

/** Makes the changes of one commit ready. */
export function committing(place: Place, changes: readonly Change[]): Write<CommitResult> {
  const events: string[] = [];
  const steps: Step[] = [];
  for (const change of changes) {
    if (change.kind === 'emit') events.push(json(change.event, 'event'));
    else steps.push(stepOf(place, change));
  }
  return {
    tables: [...new Set(steps.map(({ table }) => table))],
    statements: steps.flatMap(({ statements }) => statements),
    events,
    answer: (answers) => versionsOf(steps, answers),
    touched: () => steps.map(({ name }) => name),
  };
}
