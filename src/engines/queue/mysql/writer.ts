/**
 * Group commit: writes that are asked for together share a transaction and a round trip. When the server refuses a statement,
 * each write of the group is tried alone, so that only the faulty one fails.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Answer, type QueuePool, unavailable } from './pool.ts';

/** Statements, and what their answers mean. */
export interface Write<T> {
  readonly statements: readonly string[];
  readonly answer: (answers: readonly Answer[]) => T;
  /** Writes with one of these are carried out as one. */
  readonly merge?: Merge<T> | undefined;
}

/** How writes of a kind become one, whose answer is shared out by the number of parts that each of them has. */
export interface Merge<T> {
  readonly parts: readonly string[];
  together(parts: readonly string[]): Write<unknown[]>;
  share(answers: readonly unknown[]): T;
}

interface Waiting {
  readonly write: Write<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How many transactions are under way at once; how many statements and characters one has at most. */
const limits = { lanes: 4, statements: 400, characters: 2_000_000 } as const;

/** The one writer of a queue. */
export class GroupWriter {
  readonly #pool: QueuePool;
  readonly #waiting: Waiting[] = [];
  #lanes = 0;

  constructor(pool: QueuePool) {
    this.#pool = pool;
  }

  /** Carries out a write in the next transaction; resolves when it is committed. */
  run<T>(write: Write<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ write, resolve: (value) => resolve(value as T), reject });
      if (this.#lanes < limits.lanes) void this.#lane();
    });
  }

  async #lane(): Promise<void> {
    this.#lanes += 1;
    await nextTurn();
    for (let group = this.#next(); group.length > 0; group = this.#next()) await this.#settle(group);
    this.#lanes -= 1;
  }

  #next(): Waiting[] {
    let [statements, characters, count] = [0, 0, 0];
    for (const { write } of this.#waiting) {
      statements += write.statements.length;
      characters += write.statements.reduce((sum, { length }) => sum + length, 0);
      if (count > 0 && (statements > limits.statements || characters > limits.characters)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #settle(group: readonly Waiting[]): Promise<void> {
    try {
      const merged = mergedWrite(group);
      const single = group.filter(({ write }) => !write.merge).map(({ write }) => write);
      const writes = merged ? [merged, ...single] : single;
      const all = writes.flatMap(({ statements }) => statements);
      const answers = await this.#pool.transact((run) => run(['begin', ...all, 'commit']));
      answer(group, merged, answers.slice(1, -1));
    } catch (error) {
      const isRefused = typeof (error as { errno?: number }).errno === 'number' && group.length > 1;
      if (isRefused) for (const one of group) await this.#settle([one]);
      else for (const { reject } of group) reject(unavailable(error));
    }
  }
}

function mergedWrite(group: readonly Waiting[]): Write<unknown[]> | undefined {
  const merges = group.flatMap(({ write }) => write.merge ?? []);
  return merges[0]?.together(merges.flatMap(({ parts }) => parts));
}

/** Tells each write what became of it: the answers of what was merged come first. */
function answer(
  group: readonly Waiting[],
  merged: Write<unknown[]> | undefined,
  answers: readonly Answer[],
): void {
  let at = merged?.statements.length ?? 0;
  let shared = merged?.answer(answers.slice(0, at)) ?? [];
  for (const { write, resolve } of group) {
    if (write.merge) {
      resolve(write.merge.share(shared));
      shared = shared.slice(write.merge.parts.length);
      continue;
    }
    resolve(write.answer(answers.slice(at, at + write.statements.length)));
    at += write.statements.length;
  }
}
