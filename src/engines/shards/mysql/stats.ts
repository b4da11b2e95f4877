/** How much a shard holds, without reading all of it. */
import { type ObjectType, objectTypes } from '#kernel/ids';
import { countedRows, type ShardStats, type TypeStats } from '../port.ts';
import { estimated, noRows, noStats, sampleIds, sampleStarts, statsOf } from '../stats-of.ts';
import type { Engine } from './engine.ts';
import type { Answer, Cell, Link } from './link.ts';
import { text } from './literals.ts';
import { localOf, objectKey, objectScope } from './objects.ts';

/** Bytes of an object besides its data: its key, version, time and what the engine adds. */
const rowBytes = 60;

/** What is asked about a type first: rows up to the limit of counting, the highest key, the bytes of the data of some. */
function looking({ layout, catalog }: Engine, shard: number, type: ObjectType): string {
  const [table, key] = [catalog.named(shard, type), layout.objectKey];
  const rows = `${table} where ${objectScope(layout, shard, type)}`;
  return `select (select count(*) from (select 1 from ${rows} limit ${countedRows + 1}) as counted),
    (select max(${key}) from ${rows}),
    (select avg(length(data)) from (select data from ${rows} order by ${key} limit 200) as beginning)`;
}

function sampling({ layout, catalog }: Engine, shard: number, type: ObjectType, next: number): string {
  const [table, key] = [catalog.named(shard, type), layout.objectKey];
  const counts = sampleStarts(next).map((from) => {
    const [first, end] = [from, from + sampleIds].map((local) => objectKey(layout, shard, type, local));
    return `(select count(*) from ${table} where ${key} >= ${first} and ${key} < ${end})`;
  });
  return `select ${counts.join(' + ')}`;
}

/** How much of a type there is, and the bytes of an object on average. */
type Measured = readonly [stats: TypeStats, bytes: number];

function only(answer: Answer | undefined): readonly Cell[] {
  return answer?.rows[0] ?? [];
}

async function measure(
  engine: Engine,
  link: Link,
  shard: number,
  type: ObjectType,
  given: number,
): Promise<Measured> {
  const [answer] = await link.run([looking(engine, shard, type)]);
  const [counted, highest, bytes] = only(answer);
  const local = highest === null ? 0 : localOf(engine.layout, shard, type, highest);
  const next = Math.max(1, given, local + 1);
  const each = Number(bytes) + rowBytes;
  if (Number(counted) <= countedRows) return [{ rows: Number(counted), isExact: true, next }, each];
  const [samples] = await link.run([sampling(engine, shard, type, next)]);
  return [{ rows: estimated(Number(only(samples)[0]), next), isExact: false, next }, each];
}

/** Sequences of local ids by type. */
async function sequences({ catalog }: Engine, link: Link, shard: number): Promise<Map<string, number>> {
  if (!catalog.has(shard, 'sequences')) return new Map();
  const sql = `select type, next from ${catalog.named(shard, 'sequences')} where shard = ${shard}`;
  const [answer] = await link.run([sql]);
  return new Map((answer?.rows ?? []).map(([type, next]) => [String(type), Number(next)]));
}

/** What a schema takes on disk; its figures are brought up to date first, from a few pages of every index. */
async function schemaBytes({ layout, catalog }: Engine, link: Link, shard: number): Promise<number> {
  const tables = catalog.tables(shard).map((table) => catalog.named(shard, table));
  if (tables.length === 0) return 0;
  const [, answer] = await link.run([
    `analyze no_write_to_binlog table ${tables.join()}`,
    `select sum(data_length + index_length + data_free) from information_schema.tables
      where table_schema = ${text(layout.schema(shard))}`,
  ]);
  return Number(only(answer)[0]);
}

async function stats(engine: Engine, link: Link, shard: number): Promise<ShardStats> {
  const { catalog, layout } = engine;
  await catalog.look(link, [shard]);
  if (catalog.tables(shard).length === 0) return noStats;
  const given = await sequences(engine, link, shard);
  const measured = new Map<ObjectType, Measured>();
  for (const type of Object.keys(objectTypes) as ObjectType[]) {
    const next = given.get(type) ?? 1;
    const isThere = catalog.has(shard, type);
    measured.set(type, isThere ? await measure(engine, link, shard, type, next) : [{ ...noRows, next }, 0]);
  }
  const objects = measured.values().reduce((sum, [{ rows }, each]) => sum + rows * each, 0);
  const bytes = layout.hasSchemas ? await schemaBytes(engine, link, shard) : Math.round(objects);
  return statsOf(bytes, (type) => measured.get(type)?.[0] ?? noRows);
}

/**
 * How much a shard holds. Bytes are those of its schema; where it has none to itself, those of its objects alone, from the
 * length of some. Cost: a round trip a type and a few more, 10,000 rows a type at most.
 */
export function readStats(engine: Engine, shard: number): Promise<ShardStats> {
  return engine.connections.readPrimary((link) => stats(engine, link, shard));
}
