/** A log that knows nothing of a shard is told what the shard holds, so that everything derived comes to be. */
import type { RowKey, ShardTransfer, TransferRow, TransferTable } from '#engines/shards/transfer';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { ObjectKnowledge } from './contract.ts';
import type { OutboxWriter } from './outbox-writer.ts';

const pageRows = 250;
/** Those first that others refer to. */
const types = ['user', 'board', 'media', 'pin', 'section'] as const;
const follows = ['mapping:user_follows_user', 'mapping:user_follows_board'] as const;

/** What telling stands on. */
export interface TellDeps {
  readonly transfer: ShardTransfer;
  readonly shard: number;
  readonly knowledge: ObjectKnowledge;
  readonly writer: OutboxWriter;
}

async function* pages({ transfer, shard }: TellDeps, table: TransferTable): AsyncIterable<TransferRow[]> {
  let last: RowKey | undefined;
  do {
    const rows = await transfer.page(shard, table, last, pageRows);
    if (rows.length > 0) yield rows;
    last = rows.at(-1)?.key;
  } while (last);
}

function createdOf(
  type: (typeof types)[number],
  { key, value }: TransferRow,
  { shard, knowledge }: TellDeps,
): JsonObject[] {
  const [version = 1, at = 0, json = '{}'] = value;
  const body = knowledge.body(type, JSON.parse(String(json)));
  if (body === null) return [];
  const id = encodeId({ shard, type: objectTypes[type], local: Number(key[0]) });
  // Nothing changes with these events, which `also` says.
  return [{ type: `${type}.created`, id, version, at, actor: null, body, before: null, also: [] }];
}

function followOf({ key, value }: TransferRow): JsonObject {
  const [id, target] = key as [Id, Id];
  const at = Number(value[0]);
  const body = { target };
  return { type: 'follow.created', id, version: at, at, actor: id, body, before: null, also: [] };
}

/** Puts an event for every object and follow of a shard into its outbox; answers how many. */
export async function tell(deps: TellDeps): Promise<number> {
  let told = 0;
  const add = async (events: JsonObject[]): Promise<void> => {
    await deps.writer.add([], events);
    told += events.length;
  };
  for (const type of types) {
    for await (const rows of pages(deps, `object:${type}`))
      await add(rows.flatMap((row) => createdOf(type, row, deps)));
  }
  for (const table of follows) {
    for await (const rows of pages(deps, table)) await add(rows.map(followOf));
  }
  await deps.writer.flush();
  return told;
}
