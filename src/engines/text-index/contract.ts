/** What every text index must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { describeMatching } from './contract-matching.ts';
import { textDocument, textId, toolsFor } from './contract-tools.ts';
import { describeVisibility } from './contract-visibility.ts';
import type { TextIndex } from './port.ts';

/** Runs the suite on one index that `open` gives, emptied before each test. */
export function describeTextIndex(title: string, open: () => Promise<TextIndex>): void {
  describe(title, () => {
    let opened: TextIndex | undefined;
    const index = async (): Promise<TextIndex> => {
      opened ??= await open();
      return opened;
    };
    beforeEach(async () => (await index()).clear());
    after(async () => opened?.close());
    const tools = toolsFor(index);
    const { put, ask, find, suggest } = tools;

    describeMatching(tools);
    describeVisibility(tools);

    describe('correction', () => {
      it('mends words that match nothing, and says so', async () => {
        await put(textDocument(1, { title: 'Chocolate cake' }), textDocument(2, { title: 'Butterfly pie' }));
        for (const wrong of ['choclate', 'chocolatte', 'chocoalte', 'chocolade']) {
          assert.deepEqual(
            await ask(`${wrong} cake`).then(({ corrected }) => corrected),
            'chocolate cake',
            wrong,
          );
        }
        assert.deepEqual(await find('buterfly'), [textId(2)]);
        assert.equal((await ask('pei')).corrected, 'pie');
      });
      it('leaves words alone that match, and gives up where nothing is near', async () => {
        await put(textDocument(1, { title: 'Cake' }), textDocument(2, { title: 'Lake' }));
        assert.deepEqual(await ask('lake'), { matches: (await ask('lake')).matches, corrected: null });
        assert.deepEqual(await ask('xylophone'), { matches: [], corrected: null });
        assert.deepEqual(await ask('cake lake'), { matches: [], corrected: null });
      });
      it('prefers the more frequent of equally near words', async () => {
        await put(
          textDocument(1, { title: 'bread' }),
          textDocument(2, { title: 'bread' }),
          textDocument(3, { title: 'break' }),
        );
        assert.equal((await ask('breaf')).corrected, 'bread');
      });
    });

    describe('suggestions', () => {
      it('are words and phrases, the most frequent first, each once', async () => {
        await put(
          textDocument(1, { title: 'Apple pie', tags: ['apple', 'home baking'] }),
          textDocument(2, { title: 'Apple pie' }),
          textDocument(3, { title: 'Apricot tart' }),
        );
        assert.deepEqual(await suggest('ap'), ['apple', 'apple pie', 'apricot', 'apricot tart']);
        assert.deepEqual(await suggest('AP', ['public'], 1), ['apple']);
        assert.deepEqual(await suggest('home b'), ['home baking']);
        assert.deepEqual(await suggest('apple t'), []);
        assert.deepEqual(await suggest('pie ap'), ['pie apple']);
        assert.deepEqual(await suggest(''), []);
      });
      it('leave with the documents that they came from', async () => {
        await put(textDocument(1, { title: 'Quince jelly' }), textDocument(2, { title: 'Quilt' }));
        await (await index()).remove([{ id: textId(1), version: 2 }]);
        assert.deepEqual(await suggest('qui'), ['quilt']);
      });
    });

    it('forgets everything when cleared, tombstones too', async () => {
      await put(textDocument(1, { title: 'rose' }));
      await (await index()).remove([{ id: textId(2), version: 9 }]);
      await (await index()).clear();
      assert.deepEqual(await find('rose'), []);
      await put(textDocument(2, { title: 'rose' }));
      assert.deepEqual(await find('rose'), [textId(2)]);
    });

    it('refuses to work after it is closed, and may be closed twice', async () => {
      const other = await open();
      await other.close();
      await other.close();
      await assert.rejects(other.size(), UnavailableError);
      await assert.rejects(other.index([]), UnavailableError);
    });
  });
}
