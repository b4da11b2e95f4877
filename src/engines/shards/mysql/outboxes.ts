/** The outboxes of all shards of a server. */
import type { Engine } from './engine.ts';
import type { Question } from './gather.ts';
import { isFault } from './statement-error.ts';

/** Shards whose outbox holds entries, or has ever held any when the primary is gone. Cost: one look at all tables of the server, and a round trip for 64 outboxes. */
export async function shardsWithOutbox(engine: Engine): Promise<number[]> {
  const shards = await engine.shardsWith('outbox');
  const questions = shards.map((shard): Question => {
    return { shard, table: 'outbox', columns: '1', rest: `where shard = ${shard} limit 1`, weight: 1 };
  });
  try {
    const answers = await engine.gatherer.gather(questions, 'primary');
    return shards.filter((_, i) => (answers[i]?.length ?? 0) > 0);
  } catch (error) {
    if (isFault(error)) return shards;
    throw error;
  }
}
