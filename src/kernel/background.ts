/** Threads that give way to the one that answers people. */
import { setPriority } from 'node:os';

/** What a thread's young objects may take: few and small, they need not grow as large as in the thread that answers people. */
export const fewYoungObjects = { maxYoungGenerationSizeMb: 12 } as const;

/** How much: a tenth of the processor's time while both want it, all of it otherwise. */
const niceness = 10;

/**
 * Lowers the priority of the calling thread and of those that it starts from now on, where threads have priorities of their
 * own, which is on Linux. Elsewhere it would be that of the whole process, so nothing happens.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(niceness);
}
