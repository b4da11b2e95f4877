/** The index itself, in one thread: rows of vectors, a ledger of keys, a graph of what everybody may find. */
import { setImmediate } from 'node:timers/promises';
import type { Id } from '#kernel/ids';
import type { VectorRemoval } from '../port.ts';
import { Graph } from './graph.ts';
import { Ledger } from './ledger.ts';
import type { EntryBatch, MatchBatch, QueryBatch, VectorBatch } from './protocol.ts';
import { nearest } from './search.ts';
import { VectorRows } from './vector-rows.ts';

/** Milliseconds that a change may hold the thread before queries get their turn. */
const turn = 4;

/** What an index is made of; see `openParts`. */
export interface LibraryParts {
  readonly rows: VectorRows;
  readonly ledger: Ledger;
  readonly graph: Graph;
}

/** The parts of an empty index. */
export function emptyParts(dimensions: number): LibraryParts {
  return { rows: new VectorRows(dimensions), ledger: new Ledger(), graph: new Graph(dimensions) };
}

/**
 * Changes and searches. A change lets searches in between its steps, each of which leaves
 * everything consistent; the caller sees to it that changes do not overlap.
 */
export class Library {
  #parts: LibraryParts;

  constructor(parts: LibraryParts) {
    this.#parts = parts;
  }

  /** For writing to disk; must not change meanwhile. */
  get parts(): LibraryParts {
    return this.#parts;
  }

  /** Number of entries. */
  get size(): number {
    return this.#parts.ledger.size;
  }

  /** Adds or replaces entries. */
  async upsert({ keys, versions, audiences, vectors }: EntryBatch): Promise<void> {
    const { dimensions } = this.#parts.rows;
    await this.#inTurns(keys, (key, i) => {
      const vector = vectors.subarray(i * dimensions, (i + 1) * dimensions);
      this.#upsertOne(BigInt(key), versions[i] ?? 0, audiences[i] ?? [], vector);
    });
  }

  /** Removes keys. */
  async remove(removals: readonly VectorRemoval[]): Promise<void> {
    await this.#inTurns(removals, ({ key, version }) => this.#removeOne(BigInt(key), version));
  }

  async #inTurns<T>(items: readonly T[], step: (item: T, i: number) => void): Promise<void> {
    let start = performance.now();
    for (const [i, item] of items.entries()) {
      step(item, i);
      if (performance.now() - start < turn) continue;
      await setImmediate();
      start = performance.now();
    }
  }

  #upsertOne(key: bigint, version: number, audiences: readonly string[], vector: Float32Array): void {
    const { rows, ledger, graph } = this.#parts;
    if (!ledger.accepts(key, version)) return;
    const row = ledger.rowOf(key) ?? rows.take();
    const wasPublic = ledger.isPublic(row);
    const moved = rows.put(row, vector);
    ledger.put(key, row, version, audiences);
    const isPublic = ledger.isPublic(row);
    if (wasPublic && (moved || !isPublic)) graph.remove(row);
    if (isPublic && (moved || !wasPublic)) graph.add(row, vector);
  }

  #removeOne(key: bigint, version: number): void {
    const { rows, ledger, graph } = this.#parts;
    if (!ledger.acceptsRemoval(key, version)) return;
    const row = ledger.rowOf(key);
    const wasPublic = row !== undefined && ledger.isPublic(row);
    ledger.drop(key, version);
    if (row === undefined) return;
    if (wasPublic) graph.remove(row);
    rows.release(row);
  }

  /** The matches of each query. */
  nearest(batch: QueryBatch): MatchBatch {
    return nearest(batch, this.#parts);
  }

  /** The vectors of the keys that are there. */
  get(keys: readonly Id[]): VectorBatch {
    const { rows, ledger } = this.#parts;
    const present = keys.filter((key) => ledger.rowOf(BigInt(key)) !== undefined);
    const vectors = new Float32Array(present.length * rows.dimensions);
    for (const [i, key] of present.entries())
      rows.read(ledger.rowOf(BigInt(key)) ?? 0, vectors, i * rows.dimensions);
    return { keys: present, vectors };
  }

  /** Forgets everything. */
  clear(): void {
    this.#parts = emptyParts(this.#parts.rows.dimensions);
  }
}
