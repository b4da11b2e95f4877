/** The outbox and other sequences in SQL. */
import type { ObjectType } from '#kernel/ids';
import type { OutboxEntry } from '../port.ts';
import type { Catalog } from './catalog.ts';
import type { Gatherer } from './gather.ts';
import { integer, most, text } from './literals.ts';
import { stateTable } from './schema.ts';
import type { Write } from './write.ts';

/** Tables that events go to. */
export const outboxTables: readonly string[] = ['outbox', 'sequences'];

/** The SQL that takes `count` numbers out of a sequence; it is locked until the transaction is over. */
function taking(sequences: string, shard: number, type: string, count: number): string {
  return `insert into ${sequences} (shard, type, next) values (${shard}, '${type}', ${1 + count})
    on duplicate key update next = next + ${count}`;
}

/**
 * The SQL that takes numbers out of a sequence into the session's variable `@type`: the one behind those taken. Who waits
 * for the sequence commits later, so numbers are in the order of commits.
 */
export function takingNumbers(catalog: Catalog, shard: number, type: string, count: number): string[] {
  const sequences = catalog.named(shard, 'sequences');
  return [
    taking(sequences, shard, type, count),
    `set @${type} = (select next from ${sequences} where shard = ${shard} and type = '${type}')`,
  ];
}

/** The SQL that puts events into the outbox, at `@outbox` less their number and up. */
export function emittingSql(catalog: Catalog, shard: number, events: readonly string[]): string[] {
  if (events.length === 0) return [];
  const rows = events.map((event, i) => `(${shard}, @outbox - ${events.length - i}, ${text(event)})`);
  return [
    ...takingNumbers(catalog, shard, 'outbox', events.length),
    `insert into ${catalog.named(shard, 'outbox')} (shard, sequence, event) values ${rows.join()}`,
  ];
}

/** Reserves a run of local ids; answers the first. They start at 1. */
export function reserving(catalog: Catalog, shard: number, type: ObjectType, count: number): Write<number> {
  const sequences = catalog.named(shard, 'sequences');
  return {
    tables: ['sequences'],
    statements: [
      taking(sequences, shard, type, count),
      `select next from ${sequences} where shard = ${shard} and type = '${type}'`,
    ],
    answer: ([, read]) => Number(read?.rows[0]?.[0]) - count,
    touched: () => [{ table: 'sequences', key: [type] }],
  };
}

/** Forgets entries; which, is asked for only where it is noted. */
export function trimming(catalog: Catalog, shard: number, through: number): Write<void> {
  const named = (table: string) => catalog.named(shard, table);
  const rows = `shard = ${shard} and sequence <= ${integer(Math.min(through, Number.MAX_SAFE_INTEGER), 'through')}`;
  return {
    tables: ['outbox', stateTable],
    statements: [
      `select sequence from ${named('outbox')} where ${rows}
        and exists (select 1 from ${named(stateTable)} where shard = ${shard} and journal)`,
      `delete from ${named('outbox')} where ${rows}`,
    ],
    passesSeals: true,
    answer: () => undefined,
    touched: ([trimmed]) =>
      (trimmed?.rows ?? []).map(([sequence]) => ({ table: 'outbox', key: [Number(sequence)] })),
  };
}

/** Entries behind `after`. */
export async function readOutbox(
  gatherer: Gatherer,
  shard: number,
  after: number,
  limit: number,
): Promise<OutboxEntry[]> {
  const rest = `where shard = ${shard} and sequence > ${integer(after, 'after')} order by sequence limit ${most(limit)}`;
  const columns = 'sequence, event';
  const rows = await gatherer.ask({ shard, table: 'outbox', columns, rest, weight: limit }, 'primary');
  return rows.map(([sequence, event]) => ({ sequence: Number(sequence), event: JSON.parse(String(event)) }));
}
