/** Looks for damage in a shard's file. */
import { type ObjectType, objectTypes } from '#kernel/ids';
import { shardName } from '../named.ts';
import { outboxEnd } from './outbox.ts';
import type { ShardFile } from './shard-file.ts';

function structure(file: ShardFile): string[] {
  const answers = file.rows('pragma quick_check(10)').map(([text]) => String(text));
  return answers.filter((text) => text !== 'ok');
}

function objects(file: ShardFile, type: ObjectType): string[] {
  const sql = `select count(*) - coalesce(sum(json_valid(data)), 0), coalesce(max(local_id), 0) from "${type}"`;
  const [broken, highest] = file.rows(sql)[0] ?? [];
  const next = Number(file.rows('select next from sequences where type = ?', type)[0]?.[0] ?? 1);
  const problems: string[] = [];
  if (Number(broken) > 0) problems.push(`${Number(broken)} of type ${type} hold no valid JSON`);
  if (Number(highest) >= next && next > 1) problems.push(`the next ${type} would get an id that is taken`);
  return problems;
}

function outbox(file: ShardFile): string[] {
  const highest = Number(file.rows('select coalesce(max(sequence), 0) from outbox')[0]?.[0]);
  return highest > outboxEnd(file) ? ['an outbox sequence would be given out twice'] : [];
}

/** Problems in words, empty when sound. Cost: reads the whole file, on the main thread. */
export function problemsOf(file: ShardFile): string[] {
  const types = Object.keys(objectTypes) as ObjectType[];
  const problems = [...structure(file), ...types.flatMap((type) => objects(file, type)), ...outbox(file)];
  return problems.map((problem) => `shard ${shardName(file.shard)}: ${problem}`);
}
