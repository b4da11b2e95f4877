/** Threads that give way to the one that answers people. */
import { setPriority } from 'node:os';

/** How much: a tenth of the processor's time while both want it, all of it otherwise. */
const niceness = 10;

/**
 * Lowers the priority of the calling thread and of those that it starts from now on, where threads have priorities of their
 * own, which is on Linux. Elsewhere it would be that of the whole process, so nothing happens.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(niceness);
}
