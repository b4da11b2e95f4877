import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { encodeId, type Id } from '#kernel/ids';
import { killAfter } from '../../../test/support/kill-after.ts';
import { describeLists, type ListsPlace } from './contract.ts';
import { openMemoryLists } from './memory.ts';

const tempFolder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'pinakes-lists-'));
const id = (local: number): Id => encodeId({ shard: 1, type: 1, local });

async function place(): Promise<ListsPlace> {
  const folder = await tempFolder();
  return {
    open: () => openMemoryLists({ path: path.join(folder, 'lists.snapshot') }),
    remove: () => rm(folder, { recursive: true }),
  };
}

describeLists('lists in memory', place);

/** A program that raises the score of one id in two lists without end, saves each step, and prints it. */
function saver(file: string): string {
  return `
    import { openMemoryLists } from ${JSON.stringify(new URL('./memory.ts', import.meta.url).href)};
    const lists = await openMemoryLists({ path: ${JSON.stringify(file)} });
    const others = Array.from({ length: 2000 }, (_, i) => ({ id: String(1000 + i), score: -i }));
    for (let n = Number((await lists.mark()) ?? 0) + 1; ; n += 1) {
      const entries = [...others, { id: '7', score: n }];
      await lists.push(['a', 'b'].map((list) => ({ list, entries, keep: 3000 })));
      const saved = lists.checkpoint(String(n));
      await lists.push([{ list: 'b', entries: [{ id: '7', score: n + 0.5 }], keep: 3000 }]);
      await saved;
      console.log(n);
    }`;
}

describe('lists in memory', () => {
  it('come back after a kill as an acknowledged checkpoint or a later one left them, whole', async () => {
    const folder = await tempFolder();
    const file = path.join(folder, 'lists.snapshot');
    for (const lines of [1, 7, 30]) {
      const last = Number((await killAfter(saver(file), lines)).at(-1));
      const lists = await openMemoryLists({ path: file });
      const mark = Number(await lists.mark());
      assert.ok(mark >= last, `${mark} is before ${last}`);
      for (const list of ['a', 'b']) {
        assert.equal(await lists.size(list), 2001);
        assert.deepEqual(await lists.range(list, 1), [{ id: '7', score: mark }]);
      }
      await lists.close();
    }
    await rm(folder, { recursive: true });
  });

  it('start empty, without a mark, when the file is damaged or cut short', async () => {
    const folder = await tempFolder();
    const file = path.join(folder, 'lists.snapshot');
    const lists = await openMemoryLists({ path: file });
    for (const harm of ['damage', 'cut']) {
      await lists.push([{ list: 'a', entries: [{ id: id(1), score: 1 }], keep: 5 }]);
      await lists.checkpoint('first');
      const handle = await open(file, 'r+');
      const { size } = await stat(file);
      if (harm === 'damage') await handle.write(Buffer.from([0xff]), 0, 1, size - 10);
      else await handle.truncate(size - 1);
      await handle.close();
      const again = await openMemoryLists({ path: file });
      assert.equal(await again.mark(), undefined);
      assert.equal(await again.size('a'), 0);
      await again.close();
    }
    await lists.close();
    assert.deepEqual(await readdir(folder), ['lists.snapshot']);
    await rm(folder, { recursive: true });
  });

  it('work without a file, keeping the mark while they live', async () => {
    const lists = await openMemoryLists({ path: null });
    await lists.push([{ list: 'a', entries: [{ id: id(1), score: 1 }], keep: 5 }]);
    await lists.checkpoint('first');
    assert.equal(await lists.mark(), 'first');
    await lists.clear();
    assert.equal(await lists.mark(), undefined);
    await lists.close();
  });
});
