/** The part of the suite about which documents match, and in which order. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ids, type Tools, textDocument, textId } from './contract-tools.ts';

/** Matching, order and paging. */
export function describeMatching({ put, ask, find, suggest }: Tools): void {
  describe('matching', () => {
    it('finds every word wherever it stands, and only where all of them do', async () => {
      await put(
        textDocument(1, { title: 'Apple pie', body: 'with cinnamon' }),
        textDocument(2, { title: 'Apple cake', tags: ['cinnamon'], extra: 'Grandma’s kitchen' }),
        textDocument(3, { title: 'Pear cake' }),
      );
      assert.deepEqual(await find('apple pie cinnamon'), [textId(1)]);
      assert.deepEqual(new Set(await find('cinnamon apple')), new Set([textId(1), textId(2)]));
      assert.deepEqual(await find('grandmas kitchen'), [textId(2)]);
      assert.deepEqual(await find('apple pear'), []);
    });
    it('ranks title over tags over body over extra', async () => {
      await put(
        textDocument(1, { title: 'lavender', body: 'plant' }),
        textDocument(2, { tags: ['lavender'], body: 'plant' }),
        textDocument(3, { body: 'plant lavender' }),
        textDocument(4, { extra: 'lavender', body: 'plant' }),
        textDocument(5, { body: 'something else' }),
      );
      assert.deepEqual(
        await find('lavender'),
        [1, 2, 3, 4].map((n) => textId(n)),
      );
    });
    it('matches singular and plural and verb forms, the form as typed first', async () => {
      await put(textDocument(1, { title: 'apple pie' }), textDocument(2, { title: 'apple pies' }));
      assert.deepEqual(await find('pie'), [textId(1), textId(2)]);
      assert.deepEqual(await find('pies'), [textId(2), textId(1)]);
      await put(textDocument(3, { title: 'Baked bread' }));
      assert.deepEqual(await find('baking'), [textId(3)]);
    });
    it('takes the last word as a beginning too, behind whole words', async () => {
      await put(
        textDocument(1, { body: 'a small pie' }),
        textDocument(2, { title: 'Pier at sunset' }),
        textDocument(3, { title: 'Sunset' }),
      );
      assert.deepEqual(await find('pie'), [textId(1), textId(2)]);
      assert.deepEqual(await find('pier suns'), [textId(2)]);
      assert.deepEqual(await find('suns pier'), []);
    });
    it('looks for begun words everywhere only where no document has the word whole', async () => {
      await put(textDocument(1, { body: 'cut into pieces' }), textDocument(2, { tags: ['piercing'] }));
      assert.deepEqual(new Set(await find('pie')), new Set([textId(1), textId(2)]));
      await put(textDocument(3, { body: 'a pie' }));
      assert.deepEqual(await find('pie'), [textId(3), textId(2)]);
    });
    it('overlooks accents, case, punctuation and function words', async () => {
      await put(textDocument(1, { title: 'Crème brûlée' }), textDocument(2, { title: 'Älplermagronen' }));
      assert.deepEqual(await find('CREME-brulee!'), [textId(1)]);
      assert.deepEqual(await find('the crème of the brulee'), [textId(1)]);
      assert.deepEqual(await find('alplermagronen'), [textId(2)]);
    });
    it('finds texts of scripts without spaces by any part of them', async () => {
      await put(
        textDocument(1, { title: '東京タワーの夜景' }),
        textDocument(2, { title: '京都の猫' }),
        textDocument(3, { title: '카페 인테리어' }),
      );
      assert.deepEqual(await find('タワー'), [textId(1)]);
      assert.deepEqual(await find('猫'), [textId(2)]);
      assert.deepEqual(new Set(await find('京')), new Set([textId(1), textId(2)]));
      assert.deepEqual(await find('東タ'), []);
      assert.deepEqual(await find('인테리어'), [textId(3)]);
    });
    it('finds only the kinds asked for', async () => {
      await put(
        textDocument(1, { title: 'Garden' }),
        textDocument(1, { kind: 'board', title: 'Garden' }),
        textDocument(1, { kind: 'user', title: 'Garden' }),
      );
      assert.deepEqual(await find('garden', { kinds: ['board'] }), [textId(1, 'board')]);
      const { matches } = await ask('garden', { kinds: ['pin', 'user'] });
      assert.deepEqual(matches.map(({ kind }) => kind).sort(), ['pin', 'user']);
    });
    it('finds nothing for words that are none, or for no audience', async () => {
      await put(textDocument(1, { title: 'Apple' }));
      for (const words of ['', '   ', '!?"*', '\u0000', '😀']) assert.deepEqual(await find(words), [], words);
      assert.deepEqual(await find('apple', { audiences: [] }), []);
      assert.deepEqual(await find('apple', { audiences: ['board:99'] }), []);
    });
    it('takes any text as words', async () => {
      await put(textDocument(1, { title: 'Apple' }));
      const piece = fc.constantFrom(
        '"',
        '*',
        '(',
        ')',
        'NOT',
        'AND',
        'OR',
        'NEAR',
        '^',
        ':',
        '-',
        '+',
        'title',
        '{',
        '}',
        '',
      );
      const words = fc.array(fc.oneof(fc.string({ unit: 'binary' }), piece)).map((parts) => parts.join(' '));
      await fc.assert(
        fc.asyncProperty(words, async (text) => {
          await ask(text);
          await suggest(text);
        }),
        { numRuns: 150 },
      );
    });
    it('indexes any text', async () => {
      const text = fc.string({ unit: 'binary', maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(text, text, text, async (head, tag, body) => {
          await put(textDocument(1, { title: `${head} apple`, tags: [tag], body, extra: head }));
          assert.deepEqual(await find('apple'), [textId(1)]);
        }),
        { numRuns: 50 },
      );
    });
  });

  describe('order and paging', () => {
    it('gives the newest first among equals, and every match once over pages', async () => {
      await put(...Array.from({ length: 25 }, (_, i) => textDocument(i + 1, { title: 'rose' })));
      const pages = await Promise.all([0, 10, 20].map((offset) => find('rose', { limit: 10, offset })));
      assert.deepEqual(
        pages.flat(),
        Array.from({ length: 25 }, (_, i) => textId(25 - i)),
      );
      assert.deepEqual(await find('rose', { limit: 10, offset: 30 }), []);
    });
    it('goes on from whole words to begun ones over pages, with falling scores', async () => {
      await put(
        ...Array.from({ length: 7 }, (_, i) =>
          textDocument(i + 1, { title: i % 2 ? 'sun' : 'sunflower', body: 'x '.repeat(i) }),
        ),
      );
      const all = await ask('sun');
      assert.deepEqual(ids(all.matches).slice(0, 3).sort(), [textId(2), textId(4), textId(6)].sort());
      const scores = all.matches.map(({ score }) => score);
      assert.deepEqual(
        scores,
        scores.toSorted((a, b) => b - a),
      );
      const pages = [
        await find('sun', { limit: 2 }),
        await find('sun', { limit: 2, offset: 2 }),
        await find('sun', { offset: 4 }),
      ];
      assert.deepEqual(pages.flat(), ids(all.matches));
    });
  });
}
