/** What was logged, wherever it is kept: in the log, in an archive of it, or in both. */
import type { EventHistory, EventLog } from './port.ts';

type Readable = Pick<EventLog, 'read' | 'start' | 'end'>;

const pieceEvents = 1000;

/** The first offset from `low` on whose event was logged at or after a moment; by halving, since time goes on in a partition. */
async function offsetAt(
  log: Readable,
  [topic, partition]: readonly [string, number],
  at: number,
): Promise<number> {
  let low = await log.start(topic, partition);
  let high = await log.end(topic, partition);
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const [event] = await log.read(topic, partition, middle, 1);
    if (!event || event.at >= at) high = middle;
    else low = event.offset + 1;
  }
  return low;
}

/** What the log itself keeps. */
export function historyOf(log: Readable): EventHistory {
  return {
    async *read(topic, partition, from) {
      const end = await log.end(topic, partition);
      let offset = 'at' in from ? await offsetAt(log, [topic, partition], from.at) : from.offset;
      while (offset < end) {
        const events = await log.read(topic, partition, offset, Math.min(pieceEvents, end - offset));
        const last = events.at(-1);
        if (!last) return;
        yield events;
        offset = last.offset + 1;
      }
    },
    async extent(topic, partition) {
      const [first, next] = await Promise.all([log.start(topic, partition), log.end(topic, partition)]);
      return first < next ? { first, next } : undefined;
    },
  };
}

/** An archive and the log that goes on behind it: each event once, from the log where it still is there. */
export function joined(archive: EventHistory, log: EventHistory): EventHistory {
  return {
    async *read(topic, partition, from) {
      const kept = (await log.extent(topic, partition))?.first ?? Number.POSITIVE_INFINITY;
      let next: number | undefined;
      for await (const events of archive.read(topic, partition, from)) {
        const older = events.filter(({ offset }) => offset < kept);
        const last = older.at(-1);
        if (last) {
          yield older;
          next = last.offset + 1;
        }
        if (older.length < events.length) break;
      }
      yield* log.read(topic, partition, next === undefined ? from : { offset: next });
    },
    async extent(topic, partition) {
      const [old, young] = await Promise.all([
        archive.extent(topic, partition),
        log.extent(topic, partition),
      ]);
      if (!old || !young) return young ?? old;
      // With a gap between them, only what is behind it is without one.
      return {
        first: old.next >= young.first ? Math.min(old.first, young.first) : young.first,
        next: young.next,
      };
    },
  };
}
