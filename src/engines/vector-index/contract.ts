/** What every vector index must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { axis, clustered, contractDimensions, entry, key, keysFound } from './contract-fixtures.ts';
import { createExactIndex } from './exact.ts';
import type { VectorEntry, VectorIndex } from './port.ts';

/** Runs the suite on what `open` gives: an empty index of `contractDimensions`. */
export function vectorIndexContract(title: string, open: () => Promise<VectorIndex>): void {
  describe(title, () => {
    let index: VectorIndex;
    beforeEach(async () => {
      index = await open();
    });
    afterEach(() => index.close());

    versionsSuite(() => index);
    audiencesSuite(() => index);
    searchSuite(() => index);
    refusalsSuite(() => index);
  });
}

function versionsSuite(index: () => VectorIndex): void {
  describe('versions', () => {
    it('keep the highest, whatever the order of arrival', async () => {
      await index().upsert([entry(1, { version: 5, vector: axis(7) })]);
      await index().upsert([entry(1, { version: 4, vector: axis(8) })]);
      assert.deepEqual((await index().get([key(1)])).get(key(1)), axis(7));
      await index().upsert([entry(1, { version: 6, vector: axis(9) })]);
      assert.deepEqual((await index().get([key(1)])).get(key(1)), axis(9));
      assert.equal(await index().size(), 1);
    });

    it('keep the highest within one call too', async () => {
      const both = [entry(1, { version: 3, vector: axis(7) }), entry(1, { version: 2, vector: axis(8) })];
      await index().upsert(both);
      assert.deepEqual((await index().get([key(1)])).get(key(1)), axis(7));
    });

    it('let a removal stand against the same and older upserts, not against newer ones', async () => {
      await index().upsert([entry(1, { version: 2 })]);
      await index().remove([{ key: key(1), version: 2 }]);
      await index().upsert([entry(1, { version: 2 }), entry(1, { version: 1 })]);
      assert.equal(await index().size(), 0);
      assert.deepEqual(await keysFound(index(), ['public']), []);
      await index().upsert([entry(1, { version: 3 })]);
      assert.deepEqual(await keysFound(index(), ['public']), [key(1)]);
    });

    it('let a removal come before its entry, and ignore a removal that is older than the entry', async () => {
      await index().remove([{ key: key(1), version: 7 }]);
      await index().upsert([entry(1, { version: 6 }), entry(2, { version: 6 })]);
      await index().remove([{ key: key(2), version: 5 }]);
      assert.deepEqual(await keysFound(index(), ['public']), [key(2)]);
    });
  });
}

function audiencesSuite(index: () => VectorIndex): void {
  describe('audiences', () => {
    it('hide an entry from queries that name none of them', async () => {
      await index().upsert([
        entry(1),
        entry(2, { audiences: ['board:9', 'user:4'] }),
        entry(3, { audiences: [] }),
        entry(4, { audiences: ['public', 'board:9'] }),
      ]);
      const sorted = async (...audiences: string[]): Promise<Id[]> =>
        (await keysFound(index(), audiences)).sort();
      assert.deepEqual(await sorted('public'), [key(1), key(4)]);
      assert.deepEqual(await sorted('public', 'user:4'), [key(1), key(2), key(4)]);
      assert.deepEqual(await sorted('board:9'), [key(2), key(4)]);
      assert.deepEqual(await sorted('board:9', 'user:4', 'public'), [key(1), key(2), key(4)]);
      assert.deepEqual(await sorted('board:8'), []);
      assert.deepEqual(await sorted(), []);
    });

    it('take effect at once when they change, both ways', async () => {
      await index().upsert([entry(1), entry(2)]);
      await index().upsert([entry(1, { version: 2, audiences: ['board:9'] })]);
      assert.deepEqual(await keysFound(index(), ['public']), [key(2)]);
      assert.deepEqual(await keysFound(index(), ['board:9']), [key(1)]);
      await index().upsert([entry(1, { version: 3, audiences: ['public'] })]);
      assert.deepEqual(await keysFound(index(), ['public']), [key(1), key(2)]);
      assert.deepEqual(await keysFound(index(), ['board:9']), []);
    });

    it('leave room for what may be seen: hidden neighbours do not use up the limit', async () => {
      const hidden = Array.from({ length: 60 }, (_, i) =>
        entry(100 + i, { vector: axis(1), audiences: ['board:9'] }),
      );
      await index().upsert([
        ...hidden,
        entry(1, { vector: axis(1, 0.5) }),
        entry(2, { vector: axis(1, 0.9) }),
      ]);
      const [matches = []] = await index().nearest([{ vector: axis(1), limit: 2, audiences: ['public'] }]);
      assert.deepEqual(
        matches.map((match) => match.key),
        [key(1), key(2)],
      );
    });

    it('apply among given keys too', async () => {
      await index().upsert([entry(1), entry(2, { audiences: ['board:9'] }), entry(3)]);
      const among = [key(1), key(2), key(2), key(77)];
      const query = { vector: axis(1), limit: 5, among };
      const [open = [], member = []] = await index().nearest([
        { ...query, audiences: ['public'] },
        { ...query, audiences: ['public', 'board:9'] },
      ]);
      assert.deepEqual(
        open.map((match) => match.key),
        [key(1)],
      );
      assert.deepEqual(
        member.map((match) => match.key),
        [key(1), key(2)],
      );
    });
  });
}

function searchSuite(index: () => VectorIndex): void {
  describe('nearest', () => {
    it('gives cosine similarity, best first, equal scores by ascending key', async () => {
      await index().upsert([
        entry(3, { vector: axis(1).map((x) => 20 * x) }),
        entry(12, { vector: axis(5) }),
        entry(4, { vector: axis(5) }),
        entry(2, { vector: axis(1, 1) }),
        entry(5, { vector: axis(1).map((x) => -x) }),
        entry(6, { vector: new Float32Array(contractDimensions) }),
      ]);
      const [matches = []] = await index().nearest([{ vector: axis(1), limit: 9, audiences: ['public'] }]);
      assert.deepEqual(
        matches.map((match) => match.key),
        [3, 2, 4, 6, 12, 5].map(key),
      );
      const expected = [1, Math.SQRT1_2, 0, 0, 0, -1];
      for (const [i, { score }] of matches.entries())
        assert.ok(Math.abs(score - (expected[i] ?? NaN)) < 0.002);
    });

    it('answers each query of a call in order, and none with none', async () => {
      await index().upsert([entry(1), entry(2)]);
      const query = { limit: 1, audiences: ['public'] };
      const found = await index().nearest([2, 1, 2].map((i) => ({ ...query, vector: axis(i) })));
      assert.deepEqual(
        found.map((matches) => matches.map((match) => match.key)),
        [[key(2)], [key(1)], [key(2)]],
      );
      assert.deepEqual(await index().nearest([]), []);
    });

    it('finds nothing in an empty index, and nothing after it is cleared', async () => {
      assert.deepEqual(await keysFound(index(), ['public']), []);
      await index().upsert([entry(1)]);
      await index().remove([{ key: key(2), version: 9 }]);
      await index().checkpoint('m');
      await index().clear();
      assert.deepEqual(await keysFound(index(), ['public']), []);
      assert.deepEqual([await index().size(), await index().mark()], [0, undefined]);
      await index().upsert([entry(2)]);
      assert.deepEqual(await keysFound(index(), ['public']), [key(2)]);
    });

    it('agrees with an exact scan on 5,000 vectors: recall@10 of at least 0.95, also after a fifth has changed', async () => {
      const exact = createExactIndex(contractDimensions);
      const both = async (entries: VectorEntry[]): Promise<void> => {
        await Promise.all([index().upsert(entries), exact.upsert(entries)]);
      };
      await both(clustered(5000, 1).map((vector, i) => entry(i + 1, { vector })));
      assert.ok((await recall(index(), exact)) >= 0.95);
      await both(clustered(1000, 2).map((vector, i) => entry(5 * i + 1, { vector, version: 2 })));
      const gone = Array.from({ length: 500 }, (_, i) => ({ key: key(10 * i + 3), version: 2 }));
      await Promise.all([index().remove(gone), exact.remove(gone)]);
      assert.ok((await recall(index(), exact)) >= 0.95);
      assert.equal(await index().size(), 4500);
    });

    it('answers many callers at once as it answers each alone', async () => {
      await index().upsert(clustered(300, 3).map((vector, i) => entry(i + 1, { vector })));
      const queries = clustered(40, 4).map((vector) => ({ vector, limit: 5, audiences: ['public'] }));
      const together = await Promise.all(queries.map((query) => index().nearest([query])));
      assert.deepEqual(together.flat(), await index().nearest(queries));
    });
  });
}

/** Share of the ten truly nearest that the index finds. */
async function recall(index: VectorIndex, exact: VectorIndex): Promise<number> {
  const queries = clustered(100, 9).map((vector) => ({ vector, limit: 10, audiences: ['public'] }));
  const [found, truth] = await Promise.all([index.nearest(queries), exact.nearest(queries)]);
  const hits = truth.flatMap((matches, i) => {
    const keys = new Set(found[i]?.map((match) => match.key));
    return matches.filter((match) => keys.has(match.key));
  });
  return hits.length / (queries.length * 10);
}

function refusalsSuite(index: () => VectorIndex): void {
  describe('refusals', () => {
    it('name vectors of another length or with values that are not finite, and do nothing of the call', async () => {
      const wrong = [
        axis(1).subarray(1),
        new Float32Array(contractDimensions + 1),
        axis(1, NaN),
        axis(1, Infinity),
      ];
      for (const vector of wrong) {
        await assert.rejects(index().upsert([entry(1), entry(2, { vector })]), InvalidInputError);
        await assert.rejects(
          index().nearest([{ vector, limit: 1, audiences: ['public'] }]),
          InvalidInputError,
        );
      }
      assert.equal(await index().size(), 0);
    });

    it('name limits and versions that are out of range', async () => {
      for (const limit of [0, -1, 1.5, 10_001]) {
        await assert.rejects(index().nearest([{ vector: axis(1), limit, audiences: [] }]), InvalidInputError);
      }
      for (const version of [-1, 1.5, NaN]) {
        await assert.rejects(index().upsert([entry(1, { version })]), InvalidInputError);
        await assert.rejects(index().remove([{ key: key(1), version }]), InvalidInputError);
      }
    });

    it('leave out unknown keys', async () => {
      await index().upsert([entry(1)]);
      assert.deepEqual([...(await index().get([key(2), key(1)])).keys()], [key(1)]);
    });

    it('meet every call after close, which may come twice', async () => {
      const { close } = index();
      await index().close();
      await close.call(index());
      const calls = [
        () => index().upsert([entry(1)]),
        () => index().remove([{ key: key(1), version: 1 }]),
        () => index().nearest([{ vector: axis(1), limit: 1, audiences: [] }]),
        () => index().get([key(1)]),
        () => index().size(),
        () => index().checkpoint('m'),
        () => index().mark(),
        () => index().clear(),
      ];
      for (const call of calls) await assert.rejects(call, UnavailableError);
    });
  });
}
