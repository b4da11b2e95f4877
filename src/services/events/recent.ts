/** Which changes the end of the log holds already. */
import type { EventLog } from '#engines/event-log/port';
import { changesTopic } from './contract.ts';
import { identity } from './delivered.ts';

const step = 512;

/** The identities of the last `count` changes of each partition. */
export async function recentChanges(log: EventLog, count: number): Promise<Set<string>> {
  const found = new Set<string>();
  for (let partition = 0; partition < log.partitions; partition++) {
    const end = await log.end(changesTopic, partition);
    for (let offset = Math.max(0, end - count); offset < end; offset += step) {
      for (const { value } of await log.read(changesTopic, partition, offset, step)) {
        // Whether the rest of it makes sense is for consumers to say.
        const { shard, sequence } = (value ?? {}) as { shard?: unknown; sequence?: unknown };
        found.add(identity(Number(shard), Number(sequence)));
      }
    }
  }
  return found;
}
