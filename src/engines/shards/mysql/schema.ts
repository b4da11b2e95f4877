/** The tables of a shard. */
import { objectTypes } from '#kernel/ids';
import type { Layout } from './layout.ts';
import { quoted } from './literals.ts';

/** Text that comes back byte by byte: the type JSON would write it anew. */
const exact = 'longtext character set utf8mb4 collate utf8mb4_bin not null';

/** How the shard stands. The `$` keeps the name from being a mapping's. */
export const stateTable = 'shard$state';

/** The names of rows that were touched since the journal began, oldest first. */
export const journalTable = 'shard$journal';

/** Columns and primary key of tables that every shard has; bytes are compared as bytes, with no padding. */
const fixed: Readonly<Record<string, readonly [columns: string, key: string]>> = {
  outbox: [`sequence bigint not null, event ${exact}`, 'shard, sequence'],
  claims: [
    'space varbinary(64) not null, name varbinary(2048) not null, id bigint not null',
    'shard, space, name',
  ],
  sequences: ['type varbinary(64) not null, next bigint not null', 'shard, type'],
  [stateTable]: ['seal varbinary(16) not null, journal boolean not null', 'shard'],
  [journalTable]: [
    `entry bigint not null, table_name varbinary(128) not null, row_key ${exact}`,
    'shard, entry',
  ],
};

/** The longest space and name of a claim, in bytes. */
export const claimLimits = { space: 64, name: 2048 } as const;

function object(layout: Layout): string {
  const { objectKey, clustered } = layout;
  return `(${objectKey} bigint not null, data ${exact}, version bigint not null, created_at bigint not null,
    primary key (${objectKey}) ${clustered})`;
}

function mapping({ clustered }: Layout): string {
  return `(from_id bigint not null, to_id bigint not null, sequence bigint not null,
    primary key (from_id, to_id) ${clustered}, key in_order (from_id, sequence, to_id))`;
}

function columnsOf(layout: Layout, name: string): string {
  const table = fixed[name];
  if (table) {
    const [columns, key] = table;
    return `(shard smallint unsigned not null, ${columns}, primary key (${key}) ${layout.clustered})`;
  }
  return Object.hasOwn(objectTypes, name) ? object(layout) : mapping(layout);
}

/** The SQL that makes tables and the schema around them, all of them if they are missing. */
export function makingSql(layout: Layout, schema: string, tables: readonly string[]): string[] {
  return [
    `create database if not exists ${quoted(schema)} character set utf8mb4 collate utf8mb4_bin`,
    ...tables.map(
      (name) =>
        `create table if not exists ${quoted(schema)}.${quoted(name)} ${columnsOf(layout, name)} engine = InnoDB`,
    ),
  ];
}
