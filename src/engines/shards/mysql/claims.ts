/** Claims in SQL. */
import { InvalidInputError } from '#kernel/errors';
import { type Id, isId } from '#kernel/ids';
import type { Catalog } from './catalog.ts';
import type { Gatherer, Question } from './gather.ts';
import { idLiteral, text } from './literals.ts';
import { claimLimits } from './schema.ts';
import type { Write } from './write.ts';

/** The longest list of names in one question. */
const listSize = 256;

function requireLength(field: keyof typeof claimLimits, value: string): void {
  if (Buffer.byteLength(value) <= claimLimits[field]) return;
  throw new InvalidInputError(field, `must be at most ${claimLimits[field]} bytes`);
}

function requireName(space: string, name: string): void {
  requireLength('space', space);
  requireLength('name', name);
}

/** Takes a name if it is free; answers its owner. */
export function claiming(catalog: Catalog, shard: number, space: string, name: string, id: Id): Write<Id> {
  if (!isId(id)) throw new InvalidInputError('id', 'must be an id');
  requireName(space, name);
  const table = catalog.named(shard, 'claims');
  const key = `${text(space)}, ${text(name)}`;
  return {
    tables: ['claims'],
    statements: [
      `insert ignore into ${table} (shard, space, name, id) values (${shard}, ${key}, ${idLiteral(id)})`,
      `select id from ${table} where shard = ${shard} and (space, name) = (${key})`,
    ],
    answer: ([, owner]) => String(owner?.rows[0]?.[0]) as Id,
    touched: () => [{ table: 'claims', key: [space, name] }],
  };
}

/** Frees a name if it is `id`'s. */
export function releasing(catalog: Catalog, shard: number, space: string, name: string, id: Id): Write<void> {
  requireName(space, name);
  const table = catalog.named(shard, 'claims');
  return {
    tables: ['claims'],
    statements: [
      `delete from ${table} where shard = ${shard} and space = ${text(space)} and name = ${text(name)} and id = ${idLiteral(id)}`,
    ],
    answer: () => undefined,
    touched: () => [{ table: 'claims', key: [space, name] }],
  };
}

/** The owners of names, by name. */
export async function readClaims(
  gatherer: Gatherer,
  space: string,
  namesByShard: ReadonlyMap<number, readonly string[]>,
): Promise<Map<string, Id>> {
  const questions: Question[] = [];
  for (const [shard, names] of namesByShard) {
    for (let start = 0; start < names.length; start += listSize) {
      const list = names.slice(start, start + listSize).map(text);
      const rest = `where shard = ${shard} and space = ${text(space)} and name in (${list.join()})`;
      questions.push({ shard, table: 'claims', columns: 'name, id', rest, weight: list.length });
    }
  }
  const owners = new Map<string, Id>();
  for (const rows of await gatherer.gather(questions, 'latest')) {
    for (const [name, id] of rows) owners.set(String(name), String(id) as Id);
  }
  return owners;
}
