/** Counting what is asked of Node's thread pool with files: writes, syncs, renames. */
import { createHook } from 'node:async_hooks';

/** How often it was asked to do something with a file meanwhile; calls that block are not counted. */
export async function fileCalls(work: () => Promise<unknown>): Promise<number> {
  let calls = 0;
  const count = (_: number, type: string) => {
    if (type === 'FSREQCALLBACK' || type === 'FSREQPROMISE') calls += 1;
  };
  const hook = createHook({ init: count }).enable();
  await work().finally(() => hook.disable());
  return calls;
}
