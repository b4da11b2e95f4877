/** Which changes the end of the log holds already. */
import type { EventLog } from '#engines/event-log/port';
import { changesTopic } from './contract.ts';
import { identity, toDelivered } from './delivered.ts';

const step = 512;

/** The identities of the last `count` changes of each partition. */
export async function recentChanges(log: EventLog, count: number): Promise<Set<string>> {
  const found = new Set<string>();
  for (let partition = 0; partition < log.partitions; partition++) {
    const end = await log.end(changesTopic, partition);
    for (let offset = Math.max(0, end - count); offset < end; offset += step) {
      for (const event of await log.read(changesTopic, partition, offset, step)) {
        const { shard, sequence } = toDelivered(event);
        found.add(identity(shard, sequence));
      }
    }
  }
  return found;
}
