/** The rows of a copied shard: names of tables taken apart, rows checked; alike for every adapter. */
import { InvalidInputError } from '#kernel/errors';
import { idLimits, isId, type ObjectType, objectTypes, shardOf } from '#kernel/ids';
import type { RowKey, RowName, RowPut, RowValue, TransferTable } from './transfer.ts';

/** The table of `sequences` that is no object type's. */
export const outboxSequence = 'outbox';

/** A table's kind, and what it is of. */
export type TableKind =
  | { readonly kind: 'object'; readonly type: ObjectType }
  | { readonly kind: 'mapping'; readonly mapping: string }
  | { readonly kind: 'claims' | 'outbox' | 'sequences' };

/** Takes a table's name apart. Throws `InvalidInputError` when there can be no such table. */
export function tableKind(table: TransferTable): TableKind {
  if (table === 'claims' || table === 'outbox' || table === 'sequences') return { kind: table };
  const [kind, name = ''] = table.split(/:(.*)/s);
  if (kind === 'object' && Object.hasOwn(objectTypes, name)) return { kind, type: name as ObjectType };
  if (kind === 'mapping') return { kind, mapping: name };
  throw new InvalidInputError('table', 'must be object:TYPE, mapping:NAME, claims, outbox or sequences');
}

const isText = (part: unknown): boolean => typeof part === 'string';
const isNumber = (part: unknown): boolean => Number.isSafeInteger(part);
const isCount = (part: unknown): boolean => isNumber(part) && Number(part) >= 1;
const isLocal = (part: unknown): boolean =>
  isNumber(part) && Number(part) >= 0 && Number(part) <= idLimits.local;
const isSequence = (part: unknown): boolean =>
  part === outboxSequence || (isText(part) && Object.hasOwn(objectTypes, String(part)));

type Check = (part: unknown) => boolean;

/** What each part of a key and of a value must be. */
const shapes: Readonly<Record<TableKind['kind'], { key: readonly Check[]; value: readonly Check[] }>> = {
  object: { key: [isLocal], value: [isCount, isNumber, isText] },
  mapping: { key: [isId, isId], value: [isNumber] },
  claims: { key: [isText, isText], value: [isId] },
  outbox: { key: [isCount], value: [isText] },
  sequences: { key: [isSequence], value: [isCount] },
};

function fits(parts: RowKey | RowValue, checks: readonly Check[]): boolean {
  return parts.length === checks.length && checks.every((check, i) => check(parts[i]));
}

/** Throws `InvalidInputError` unless a row may have this name on this shard. Answers the kind of its table. */
export function checkName(shard: number, { table, key }: RowName): TableKind {
  const kind = tableKind(table);
  if (!fits(key, shapes[kind.kind].key))
    throw new InvalidInputError('key', `must be that of a row of ${table}: ${JSON.stringify(key)} is none`);
  if (kind.kind === 'mapping' && isId(key[0]) && shardOf(key[0]) !== shard)
    throw new InvalidInputError('key', `must belong to shard ${shard}: ${JSON.stringify(key)} does not`);
  return kind;
}

/** The same for a row that is to be put. */
export function checkPut(shard: number, put: RowPut): TableKind {
  const kind = checkName(shard, put);
  if (put.value !== null && !fits(put.value, shapes[kind.kind].value))
    throw new InvalidInputError('value', `must be that of a row of ${put.table}`);
  return kind;
}
