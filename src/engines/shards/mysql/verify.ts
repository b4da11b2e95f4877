/** Looks for damage in the tables of shards. */
import { type ObjectType, objectTypes } from '#kernel/ids';
import { shardName } from '../named.ts';
import type { Engine } from './engine.ts';
import type { Link } from './link.ts';
import { objectScope } from './objects.ts';
import { stateTable } from './schema.ts';
import { unavailable } from './statement-error.ts';

type Finding = readonly [sql: string, problem: string];

/** Queries that find a row where something is wrong. */
function findings({ layout, catalog }: Engine, shard: number): Finding[] {
  const named = (table: string) => catalog.named(shard, table);
  const next = (type: string) =>
    `(select next from ${named('sequences')} where shard = ${shard} and type = '${type}')`;
  const hasSequences = catalog.has(shard, 'sequences');
  const types = (Object.keys(objectTypes) as ObjectType[]).filter((type) => catalog.has(shard, type));
  const broken = types.map((type): Finding => {
    const rows = `${named(type)} where ${objectScope(layout, shard, type)}`;
    return [
      `select 1 from ${rows} and not json_valid(data) limit 1`,
      `some of type ${type} hold no valid JSON`,
    ];
  });
  const taken = types.map((type): Finding => {
    const key = `${layout.objectKey} >= ${next(type)} + ${layout.objectBase(shard, type)}`;
    const rows = `${named(type)} where ${objectScope(layout, shard, type)} and ${key}`;
    return [`select 1 from ${rows} limit 1`, `the next ${type} would get an id that is taken`];
  });
  const again: Finding[] = catalog.has(shard, 'outbox')
    ? [
        [
          `select 1 from ${named('outbox')} where shard = ${shard} and sequence >= coalesce(${next('outbox')}, 1) limit 1`,
          'an outbox sequence would be given out twice',
        ],
      ]
    : [];
  return [...broken, ...(hasSequences ? [...taken, ...again] : [])];
}

/** What the server's own check says of the shard's tables; a server without one says nothing. */
async function structure({ layout, catalog }: Engine, link: Link, shard: number): Promise<string[]> {
  const tables = catalog.tables(shard).map((table) => catalog.named(shard, table));
  if (!layout.hasSchemas || tables.length === 0) return [];
  const [answer] = await link.run([`check table ${tables.join()}`]);
  const bad = (answer?.rows ?? []).filter(
    ([, , kind, text]) => String(kind) === 'error' || (String(kind) === 'status' && String(text) !== 'OK'),
  );
  return bad.map(([table, , , text]) => `${String(table)}: ${String(text)}`);
}

/** Problems of a shard in words, empty when sound. Cost: reads all of its rows, on the server. */
async function problemsOf(engine: Engine, link: Link, shard: number): Promise<string[]> {
  await engine.catalog.look(link, [shard]);
  const problems = await structure(engine, link, shard);
  const all = findings(engine, shard);
  if (all.length > 0) {
    const answers = await link.run(all.map(([sql]) => sql));
    for (const [i, [, problem]] of all.entries()) if (answers[i]?.rows.length) problems.push(problem);
  }
  return problems.map((problem) => `shard ${shardName(shard)}: ${problem}`);
}

/** The same for all shards of a server, one after the other. */
export async function allProblems(engine: Engine): Promise<string[]> {
  const problems: string[] = [];
  for (const shard of await engine.shardsWith(stateTable)) {
    const found = engine.connections.slow((link) => problemsOf(engine, link, shard));
    problems.push(...(await found.catch((error: unknown) => [unavailable(error, shard).message])));
  }
  return problems;
}
