/**
 * The thread that holds the database. Reads are answered as they come; writes go one after the
 * other in chunks, each its own transaction, so that a read waits for one chunk at most.
 */
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '#kernel/background';
import { TextDatabase } from './database.ts';
import type { Answer, Call, Method, Start } from './protocol.ts';

const chunk = 200;

async function inChunks<T>(items: readonly T[], write: (part: readonly T[]) => void): Promise<void> {
  for (let start = 0; start < items.length; start += chunk) {
    if (start > 0) await setImmediate();
    write(items.slice(start, start + chunk));
  }
}

/** What each method does; writes answer a promise that `serve` puts in line. */
function handlers(database: TextDatabase) {
  return {
    index: ({ parameters }: Call<'index'>) => inChunks(parameters[0], (part) => database.index(part)),
    remove: ({ parameters }: Call<'remove'>) => inChunks(parameters[0], (part) => database.remove(part)),
    query: ({ parameters }: Call<'query'>) => database.query(...parameters),
    suggest: ({ parameters }: Call<'suggest'>) => database.suggest(...parameters),
    size: () => database.size(),
    clear: () => database.clear(),
    close: () => database.close(),
  } satisfies { [M in Method]: (call: Call<M>) => unknown };
}

const reads: ReadonlySet<Method> = new Set<Method>(['query', 'suggest', 'size']);

function serve(database: TextDatabase, answer: (message: Answer) => void): (call: Call) => void {
  const handle = handlers(database) as Record<Method, (call: Call) => unknown>;
  let writes: Promise<unknown> = Promise.resolve();
  const run = async (call: Call): Promise<void> => {
    try {
      answer({ number: call.number, value: await handle[call.method](call) });
    } catch (error) {
      answer({ number: call.number, error: error instanceof Error ? error.message : String(error) });
    }
  };
  return (call) => {
    if (reads.has(call.method)) void run(call);
    else writes = writes.then(() => run(call));
  };
}

giveWay();
const { path, durability } = workerData as Start;
const answer = (message: Answer): void => parentPort?.postMessage(message);
try {
  parentPort?.on('message', serve(new TextDatabase(path, durability), answer));
  answer({ number: 0, value: null });
} catch (error) {
  answer({ number: 0, error: error instanceof Error ? error.message : String(error) });
}
