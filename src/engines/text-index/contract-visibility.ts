/** The part of the suite about who may see what, and which version counts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Tools, textDocument, textId } from './contract-tools.ts';

/** Audiences and versions. */
export function describeVisibility({ index, put, ask, find, suggest }: Tools): void {
  describe('audiences', () => {
    const secret = textDocument(1, {
      title: 'Zeppelin wedding',
      tags: ['surprise'],
      audiences: ['board:7'],
    });

    it('decide what is found', async () => {
      await put(secret, textDocument(2, { title: 'Wedding cake' }));
      assert.deepEqual(await find('wedding'), [textId(2)]);
      assert.deepEqual(await find('wedding', { audiences: ['public', 'board:8'] }), [textId(2)]);
      assert.deepEqual((await find('wedding', { audiences: ['public', 'board:7'] })).length, 2);
    });
    it('find a document once that several of them may see', async () => {
      await put(textDocument(1, { title: 'Garden', audiences: ['public', 'board:7'] }));
      assert.deepEqual(await find('garden', { audiences: ['public', 'board:7'] }), [textId(1)]);
    });
    it('never have words of others offered as corrections or completions', async () => {
      await put(secret, textDocument(2, { title: 'Wedding cake' }));
      assert.deepEqual(await ask('zepelin'), { matches: [], corrected: null });
      assert.deepEqual(await suggest('zep'), []);
      assert.deepEqual(await suggest('sur'), []);
      assert.deepEqual(await suggest('wedding z'), []);
      const owner = ['public', 'board:7'];
      assert.equal((await ask('zepelin', { audiences: owner })).corrected, 'zeppelin');
      assert.deepEqual(await suggest('zep', owner), ['zeppelin', 'zeppelin wedding']);
      assert.deepEqual(await suggest('wedding z', owner), ['wedding zeppelin']);
    });
    it('correct a word for those who cannot see it though it exists', async () => {
      await put(
        textDocument(1, { title: 'Rosé', audiences: ['board:7'] }),
        textDocument(2, { title: 'Roses' }),
      );
      await put(
        textDocument(3, { title: 'Zeppelim', audiences: ['board:7'] }),
        textDocument(4, { title: 'Zeppelin' }),
      );
      assert.equal((await ask('zeppelim')).corrected, 'zeppelin');
      assert.equal((await ask('zeppelim', { audiences: ['board:7'] })).corrected, null);
    });
    it('follow the latest version', async () => {
      const open = { ...secret, version: 2, audiences: ['public'] };
      await put(secret, open);
      assert.deepEqual(await find('zeppelin'), [textId(1)]);
      assert.deepEqual(await suggest('zep'), ['zeppelin', 'zeppelin wedding']);
      await put({ ...secret, version: 3 });
      assert.deepEqual(await find('zeppelin'), []);
      assert.deepEqual(await suggest('zep'), []);
    });
  });

  describe('versions', () => {
    it('keep late arrivals of older versions out, and let the same version refresh', async () => {
      await put(
        textDocument(1, { title: 'new name', version: 5 }),
        textDocument(1, { title: 'old name', version: 4 }),
      );
      assert.deepEqual(await find('old'), []);
      await put(textDocument(1, { title: 'refreshed name', version: 5 }));
      assert.deepEqual(await find('refreshed'), [textId(1)]);
      assert.deepEqual(await find('new'), []);
      assert.equal(await (await index()).size(), 1);
    });
    it('keep removed documents removed', async () => {
      await put(textDocument(1, { title: 'gone', version: 2 }));
      await (await index()).remove([{ id: textId(1), version: 3 }]);
      await put(
        textDocument(1, { title: 'gone', version: 2 }),
        textDocument(1, { title: 'gone', version: 3 }),
      );
      assert.deepEqual(await find('gone'), []);
      assert.deepEqual(await suggest('gon'), []);
      assert.equal(await (await index()).size(), 0);
    });
    it('take a removal before the arrival of what it removes', async () => {
      await (await index()).remove([{ id: textId(1), version: 3 }]);
      await put(textDocument(1, { title: 'gone', version: 2 }));
      assert.deepEqual(await find('gone'), []);
    });
    it('ignore a removal older than the document', async () => {
      await put(textDocument(1, { title: 'here', version: 4 }));
      await (await index()).remove([{ id: textId(1), version: 3 }]);
      assert.deepEqual(await find('here'), [textId(1)]);
    });
  });
}
