/** The reference: everything in memory, every query a plain scan. For tests and small tools. */
import { UnavailableError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { checkEntries, checkQueries, checkRemovals, putUnit } from './check.ts';
import type { VectorEntry, VectorIndex, VectorMatch, VectorQuery, VectorRemoval } from './port.ts';

/** An entry at unit length, or the trace of a removed one. */
type Known = Omit<VectorEntry, 'key' | 'vector'> & { readonly vector: Float32Array | undefined };

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function better(a: VectorMatch, b: VectorMatch): number {
  return b.score - a.score || (BigInt(a.key) < BigInt(b.key) ? -1 : 1);
}

class ExactVectorIndex implements VectorIndex {
  readonly dimensions: number;
  readonly #known = new Map<Id, Known>();
  #mark: string | undefined;
  #closed = false;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
  }

  #requireOpen(): void {
    if (this.#closed) throw new UnavailableError('the vector index is closed');
  }

  #unit(vector: Float32Array): Float32Array {
    const unit = new Float32Array(this.dimensions);
    putUnit(vector, unit);
    return unit;
  }

  async upsert(entries: readonly VectorEntry[]): Promise<void> {
    this.#requireOpen();
    checkEntries(entries, this.dimensions);
    for (const { key, version, vector, audiences } of entries) {
      const known = this.#known.get(key);
      const newer = !known || version > known.version || (known.vector && version === known.version);
      if (newer) this.#known.set(key, { version, vector: this.#unit(vector), audiences: [...audiences] });
    }
  }

  async remove(removals: readonly VectorRemoval[]): Promise<void> {
    this.#requireOpen();
    checkRemovals(removals);
    for (const { key, version } of removals) {
      const known = this.#known.get(key);
      if (!known || version >= known.version)
        this.#known.set(key, { version, vector: undefined, audiences: [] });
    }
  }

  #match({ vector, limit, audiences, among }: VectorQuery): VectorMatch[] {
    const unit = this.#unit(vector);
    const matches: VectorMatch[] = [];
    for (const key of new Set(among ?? this.#known.keys())) {
      const known = this.#known.get(key);
      if (!known?.vector || !known.audiences.some((name) => audiences.includes(name))) continue;
      matches.push({ key, score: dot(unit, known.vector) });
    }
    return matches.sort(better).slice(0, limit);
  }

  async nearest(queries: readonly VectorQuery[]): Promise<VectorMatch[][]> {
    this.#requireOpen();
    checkQueries(queries, this.dimensions);
    return queries.map((query) => this.#match(query));
  }

  async get(keys: readonly Id[]): Promise<Map<Id, Float32Array>> {
    this.#requireOpen();
    const found = new Map<Id, Float32Array>();
    for (const key of keys) {
      const vector = this.#known.get(key)?.vector;
      if (vector) found.set(key, vector.slice());
    }
    return found;
  }

  async size(): Promise<number> {
    this.#requireOpen();
    return this.#known.values().reduce((count, { vector }) => count + (vector ? 1 : 0), 0);
  }

  async checkpoint(mark: string): Promise<void> {
    this.#requireOpen();
    this.#mark = mark;
  }

  async mark(): Promise<string | undefined> {
    this.#requireOpen();
    return this.#mark;
  }

  async clear(): Promise<void> {
    this.#requireOpen();
    this.#known.clear();
    this.#mark = undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#known.clear();
  }
}

/** An index that lives and dies with the process. Cost of a query: one product an entry. */
export function createExactIndex(dimensions: number): VectorIndex {
  return new ExactVectorIndex(dimensions);
}
