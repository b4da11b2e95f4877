/** What every vector index that outlives its process must do, beyond `contract.ts`. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { axis, clustered, contractDimensions, entry, key, keysFound } from './contract-fixtures.ts';
import type { VectorIndex } from './port.ts';

/** Runs the suite of indexes that outlive their process; `open` opens the one that it opened before. */
export function durableVectorIndexContract(title: string, open: () => Promise<VectorIndex>): void {
  describe(title, () => {
    const closed = async <T>(work: (index: VectorIndex) => Promise<T>): Promise<T> => {
      const index = await open();
      try {
        return await work(index);
      } finally {
        await index.close();
      }
    };

    it('comes back as of its last checkpoint, mark, audiences, versions and removals included', async () => {
      await closed(async (index) => {
        assert.equal(await index.mark(), undefined);
        await index.upsert(clustered(3000, 5).map((vector, i) => entry(i + 1, { vector, version: 3 })));
        await index.upsert([entry(5000, { audiences: ['board:9'] }), entry(5001, { audiences: [] })]);
        await index.remove([{ key: key(7), version: 4 }]);
        await index.checkpoint('offset 12');
        await index.upsert([entry(6000)]);
        await index.remove([{ key: key(8), version: 4 }]);
      });
      await closed(async (index) => {
        assert.deepEqual([await index.mark(), await index.size()], ['offset 12', 3001]);
        await index.upsert([entry(7, { version: 4 }), entry(9, { version: 2, vector: axis(1) })]);
        assert.equal((await index.get([key(7), key(8), key(9)])).size, 2);
        assert.deepEqual(await keysFound(index, ['board:9'], axis(5000 % contractDimensions)), [key(5000)]);
        const ownVector = (await index.get([key(9)])).get(key(9)) ?? axis(1);
        assert.equal((await keysFound(index, ['public'], ownVector))[0], key(9));
      });
    });

    it('goes on from a checkpoint: changes, removals and further checkpoints build on it', async () => {
      await closed(async (index) => {
        await index.upsert([entry(1, { version: 9 }), entry(6001)]);
        await index.checkpoint('offset 13');
        await index.checkpoint('offset 14');
      });
      await closed(async (index) => {
        assert.deepEqual([await index.mark(), await index.size()], ['offset 14', 3002]);
        assert.equal((await keysFound(index, ['public']))[0], key(1));
      });
    });

    it('stays cleared', async () => {
      await closed((index) => index.clear());
      await closed(async (index) => {
        assert.deepEqual([await index.mark(), await index.size()], [undefined, 0]);
      });
    });
  });
}
