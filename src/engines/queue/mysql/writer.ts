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
  /** Writes with one of these, of one kind, are carried out as one. */
  readonly merge?: Merge<T> | undefined;
}

/** How writes of a kind become one. */
export interface Merge<T> {
  readonly kind: string;
  readonly parts: readonly string[];
  /** The write of all parts; it answers one thing for each of them. */
  together(parts: readonly string[]): Write<readonly unknown[]>;
  /** What the answers of one's own parts mean. */
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
      const units = unitsOf(group);
      const all = units.flatMap(({ write }) => write.statements);
      const answers = await this.#pool.transact((run) => run(['begin', ...all, 'commit']));
      let at = 1;
      for (const { write, settle } of units) {
        settle(write.answer(answers.slice(at, at + write.statements.length)));
        at += write.statements.length;
      }
    } catch (error) {
      const isRefused = typeof (error as { errno?: number }).errno === 'number' && group.length > 1;
      if (isRefused) for (const one of group) await this.#settle([one]);
      else for (const { reject } of group) reject(unavailable(error));
    }
  }
}

/** What a transaction carries out, and who is told. */
interface Unit {
  readonly write: Write<unknown>;
  readonly settle: (answer: unknown) => void;
}

function mergedUnit(waiting: readonly Waiting[]): Unit[] {
  const merges = waiting.flatMap(({ write }) => write.merge ?? []);
  const [first] = merges;
  if (!first) return [];
  const settle = (answers: unknown) => {
    let rest = answers as readonly unknown[];
    for (const { write, resolve } of waiting) {
      const count = write.merge?.parts.length ?? 0;
      resolve(write.merge?.share(rest.slice(0, count)));
      rest = rest.slice(count);
    }
  };
  return [{ write: first.together(merges.flatMap(({ parts }) => parts)), settle }];
}

/** Writes of a kind as one, the others as they are. */
function unitsOf(group: readonly Waiting[]): Unit[] {
  const kinds = Map.groupBy(group, ({ write }) => write.merge?.kind);
  return [...kinds].flatMap(([kind, waiting]) =>
    kind === undefined
      ? waiting.map(({ write, resolve }) => ({ write, settle: resolve }))
      : mergedUnit(waiting),
  );
}
