/** The worker thread's entry: one index, its files, and the queue of its changes. */
import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import { giveWay } from '#kernel/background';
import { Generations } from './generations.ts';
import { emptyParts, Library } from './library.ts';
import type { CommandName, Commands, Opened, Request, Response, WorkerOptions } from './protocol.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

const { folder, dimensions } = workerData as WorkerOptions;
const generations = new Generations(folder);

let library = new Library(emptyParts(dimensions));
let mark: string | undefined;

async function openFiles(): Promise<Opened> {
  try {
    const current = await generations.current();
    await generations.tidy(current);
    if (current === undefined) return { warning: undefined };
    const snapshot = await readSnapshot(current, dimensions);
    library = new Library(snapshot.parts);
    mark = snapshot.mark;
    return { warning: undefined };
  } catch (error) {
    return { warning: error instanceof Error ? error.message : String(error) };
  }
}

let lastChange: Promise<unknown> = Promise.resolve();

/** Runs a change when the ones before it are done; searches do not wait for changes. */
function inOrder(change: () => Promise<void>): Promise<undefined> {
  const done = lastChange.then(change).then(() => undefined);
  lastChange = done.catch(() => undefined);
  return done;
}

async function checkpoint(newMark: string): Promise<void> {
  const snapshot = { parts: library.parts, mark: newMark };
  await generations.add((target) => writeSnapshot(target, snapshot));
  mark = newMark;
}

async function clear(): Promise<void> {
  await generations.clear();
  library.clear();
  mark = undefined;
}

type Handlers = {
  [Name in CommandName]: (argument: Commands[Name][0]) => Commands[Name][1] | Promise<Commands[Name][1]>;
};

const handlers: Handlers = {
  nearest: (batch) => library.nearest(batch),
  upsert: (batch) => inOrder(() => library.upsert(batch)),
  remove: (removals) => inOrder(() => library.remove(removals)),
  get: (keys) => library.get(keys),
  size: () => library.size,
  checkpoint: (newMark) => inOrder(() => checkpoint(newMark)),
  mark: () => mark,
  clear: () => inOrder(clear),
  close: () => inOrder(async () => undefined),
};

function buffersOf(answer: unknown): Transferable[] {
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.values(answer).flatMap((value) =>
    ArrayBuffer.isView(value) ? [value.buffer as ArrayBuffer] : [],
  );
}

async function respond<Name extends CommandName>({ id, name, argument }: Request<Name>): Promise<void> {
  try {
    const answer = await handlers[name](argument);
    const response: Response = { id, ok: true, answer };
    parentPort?.postMessage(response, buffersOf(answer));
  } catch (error) {
    const response: Response = {
      id,
      ok: false,
      error: error instanceof Error ? error : new Error(String(error)),
    };
    parentPort?.postMessage(response);
  }
}

giveWay();
parentPort?.postMessage(await openFiles());
parentPort?.on('message', (request: Request) => void respond(request));
