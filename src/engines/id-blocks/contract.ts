/** What every store of reserved ids must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { idLimits } from '#kernel/ids';
import type { IdBlock, IdBlocks } from './port.ts';

const block = (first: number, overrides: Partial<IdBlock> = {}): IdBlock => ({
  shard: 3,
  type: 'pin',
  first,
  count: 10,
  ...overrides,
});

/** Runs the suite on what `open` gives: each time an empty store that keeps what it has when `reopen` opens it again. */
export function describeIdBlocks(
  title: string,
  open: () => Promise<{ blocks: IdBlocks; reopen: () => Promise<IdBlocks> }>,
): void {
  describe(title, () => {
    let blocks: IdBlocks;
    let reopen: () => Promise<IdBlocks>;
    beforeEach(async () => {
      ({ blocks, reopen } = await open());
    });
    afterEach(() => blocks.close());

    it('gives blocks in the order in which they came, each once', async () => {
      await blocks.put([block(100), block(300)]);
      await blocks.put([block(200, { count: 1 })]);
      assert.equal(await blocks.left(3, 'pin'), 21);
      const taken = await Promise.all([1, 2, 3, 4].map(() => blocks.take(3, 'pin')));
      assert.deepEqual(taken, [block(100), block(300), block(200, { count: 1 }), undefined]);
      assert.equal(await blocks.left(3, 'pin'), 0);
    });

    it('keeps shards and types apart', async () => {
      await blocks.put([block(1), block(2, { shard: 4 }), block(3, { type: 'board' })]);
      assert.deepEqual(await blocks.take(4, 'pin'), block(2, { shard: 4 }));
      assert.deepEqual(await blocks.take(3, 'board'), block(3, { type: 'board' }));
      assert.equal(await blocks.take(5, 'pin'), undefined);
      assert.equal(await blocks.left(3, 'pin'), 10);
    });

    it('keeps what is unused over a restart, and gives nothing again that was taken', async () => {
      await blocks.put([block(100), block(200)]);
      await blocks.take(3, 'pin');
      await blocks.close();
      blocks = await reopen();
      assert.deepEqual(await blocks.take(3, 'pin'), block(200));
      assert.equal(await blocks.take(3, 'pin'), undefined);
    });

    it('refuses blocks that are none, and keeps none of their batch', async () => {
      const bad = [block(1, { count: 0 }), block(-1), block(idLimits.local), block(0.5)];
      for (const one of bad) await assert.rejects(blocks.put([block(1), one]), InvalidInputError);
      assert.equal(await blocks.left(3, 'pin'), 0);
      await blocks.put([block(idLimits.local, { count: 1 })]);
    });

    it('refuses everything once closed', async () => {
      await blocks.close();
      await assert.rejects(blocks.put([block(1)]), UnavailableError);
      await assert.rejects(blocks.take(3, 'pin'), UnavailableError);
      await assert.rejects(blocks.left(3, 'pin'), UnavailableError);
    });
  });
}
