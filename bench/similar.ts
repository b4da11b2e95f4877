/** `similar`: nearest pictures at `size` vectors of 256 dimensions, against the bare library and against exact search. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Index, MetricKind, ScalarKind } from 'usearch';
import type { VectorIndex } from '#engines/vector-index/port';
import { openUsearchIndex } from '#engines/vector-index/usearch';
import { encodeId, type Id } from '#kernel/ids';
import { type Bench, inTurn, median, medianRatio } from './bench.ts';
import { clusteredVectors, exactNearest } from './vectors.ts';

const dimensions = 256;
const callers = 16;
const queries = 4_000;
const rounds = 5;
const limit = 10;

const key = (n: number): Id => encodeId({ shard: 0, type: 4, local: n + 1 });

async function fill(index: VectorIndex, vectors: readonly Float32Array[]): Promise<void> {
  for (let start = 0; start < vectors.length; start += 1_000) {
    const chunk = vectors.slice(start, start + 1_000);
    await index.upsert(
      chunk.map((vector, at) => ({ key: key(start + at), version: 1, vector, audiences: ['public'] })),
    );
    if (start % 10_000 === 0) process.stderr.write(`indexed ${start}\n`);
  }
}

/** The library alone, in one thread, with the same settings as documented for the adapter. */
function bareIndex(vectors: readonly Float32Array[]): Index {
  const bare = new Index({
    dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.F16,
    connectivity: 16,
  } as ConstructorParameters<typeof Index>[0]);
  for (const [n, vector] of vectors.entries()) bare.add(BigInt(n + 1), vector, 1);
  return bare;
}

async function oursPerSecond(index: VectorIndex, asked: readonly Float32Array[]): Promise<number> {
  const start = performance.now();
  const next = asked.values();
  const caller = async () => {
    for (const vector of next) await index.nearest([{ vector, limit, audiences: ['public'] }]);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (asked.length * 1000) / (performance.now() - start);
}

async function barePerSecond(bare: Index, asked: readonly Float32Array[]): Promise<number> {
  const start = performance.now();
  for (const vector of asked) bare.search(vector, limit, 1);
  return (asked.length * 1000) / (performance.now() - start);
}

async function recall(
  index: VectorIndex,
  vectors: readonly Float32Array[],
  asked: readonly Float32Array[],
): Promise<number> {
  const sample = asked.slice(0, 300);
  const found = await index.nearest(sample.map((vector) => ({ vector, limit, audiences: ['public'] })));
  let hits = 0;
  for (const [n, vector] of sample.entries()) {
    const exact = new Set(exactNearest(vectors, vector, limit).map(key));
    hits += (found[n] ?? []).filter((match) => exact.has(match.key)).length;
  }
  return hits / (sample.length * limit);
}

/** Size: vectors in the index. */
export const similarBench: Bench = {
  name: 'similar',
  defaultSize: 100_000,
  async run(size) {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bench-'));
    const all = clusteredVectors(size + queries, dimensions, 7);
    const [vectors, asked] = [all.slice(0, size), all.slice(size)];
    const index = await openUsearchIndex({ path: path.join(folder, 'index'), dimensions });
    try {
      await fill(index, vectors);
      const bare = bareIndex(vectors);
      const runs = await inTurn(
        rounds,
        () => oursPerSecond(index, asked),
        () => barePerSecond(bare, asked),
      );
      return {
        ours: { queries_per_s: median(runs.a), recall_at_10: await recall(index, vectors, asked) },
        peer: { library_queries_per_s: median(runs.b) },
        limit: {},
        ratio: { library: medianRatio(runs.a, runs.b) },
      };
    } finally {
      await index.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
