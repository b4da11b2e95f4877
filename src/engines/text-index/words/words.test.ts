import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { editDistance } from './edit-distance.ts';
import { fold } from './fold.ts';
import { grams } from './grams.ts';
import { stem } from './stem.ts';
import { indexedText, joinedWords, pairsOf, tokensOf } from './tokens.ts';

const texts = (text: string): string[] => tokensOf(text).map((token) => token.text);
const lowerWord = fc.stringMatching(/^[a-z]{1,12}$/);

describe('folding', () => {
  it('takes accents, case, ligatures and compatibility forms off', () => {
    assert.equal(fold('Crème BRÛLÉE'), 'creme brulee');
    assert.equal(fold('Smørrebrød Œuvre Straße'), 'smorrebrod oeuvre strasse');
    assert.equal(fold('ﬁne ＦＵＬＬ'), 'fine full');
  });
  it('keeps the vowel signs of Indic scripts and the syllables of Hangul', () => {
    assert.equal(fold('हिन्दी'), 'हिन्दी');
    assert.equal(fold('한국어'), '한국어');
  });
  it('is idempotent', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fold(fold(text)) === fold(text)));
  });
});

describe('tokens', () => {
  it('are letters, digits and marks only, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        texts(text).every((token) => /^[\p{L}\p{N}\p{M}]+$/u.test(token)),
      ),
    );
  });
  it('join possessives and part elisions', () => {
    assert.deepEqual(texts('Grandma’s pie, d’été'), ['grandmas', 'pie', 'd', 'ete']);
  });
  it('tell unspaced scripts from words', () => {
    assert.deepEqual(tokensOf('東京タワーabc'), [
      { text: '東京タワー', run: true },
      { text: 'abc', run: false },
    ]);
    assert.deepEqual(pairsOf('東京駅'), ['東京', '京駅', '駅']);
    assert.equal(indexedText(tokensOf('猫 cat')), '猫 cat');
  });
  it('come joined from hyphenated words too', () => {
    assert.deepEqual(joinedWords('a T-shirt by e-mail'), ['tshirt', 'email']);
  });
  it('are cut when too long to be words', () => {
    assert.deepEqual(texts('x'.repeat(100)), ['x'.repeat(40)]);
  });
});

describe('stems', () => {
  const families = [
    'pie pies',
    'cookie cookies',
    'cherry cherries',
    'dress dresses',
    'house houses',
    'bus buses',
    'shoe shoes',
    'tomato tomatoes',
    'leaf leaves',
    'knife knives',
    'woman women',
    'rose roses',
    'moustache moustaches',
    'bake bakes baking baked',
    'knit knitting knitted',
    'paint paints painting paintings',
    'dance dancing',
    'decorate decorating decorated',
    'fry fried',
    'color colour colours',
    'gateau gateaux',
  ];
  for (const family of families) {
    it(`agree for ${family}`, () => {
      assert.equal(new Set(family.split(' ').map(stem)).size, 1);
    });
  }
  it('keep different words apart', () => {
    for (const pair of [
      'pin pine',
      'plan plane',
      'car care',
      'cap cape',
      'ball bale',
      'king kin',
      'hour hor',
    ]) {
      assert.equal(new Set(pair.split(' ').map(stem)).size, 2, pair);
    }
  });
  it('are never empty, and leave other scripts alone', () => {
    fc.assert(fc.property(lowerWord, (word) => stem(word).length > 0));
    assert.equal(stem('яблоки'), 'яблоки');
  });
});

describe('edit distance', () => {
  it('counts a missed, an added, a wrong letter and a swap as one each', () => {
    for (const wrong of ['choclate', 'chocollate', 'chocolete', 'chocoalte']) {
      assert.equal(editDistance(wrong, 'chocolate', 2), 1, wrong);
    }
    assert.equal(editDistance('restaraunt', 'restaurant', 2), 2);
  });
  it('answers one more than the bound for all that lies beyond it', () => {
    assert.equal(editDistance('abc', 'xyz', 2), 3);
    assert.equal(editDistance('', 'abcdef', 2), 3);
  });
  it('is symmetric and zero for equal words only', () => {
    fc.assert(
      fc.property(lowerWord, lowerWord, (a, b) => {
        const distance = editDistance(a, b, 12);
        return distance === editDistance(b, a, 12) && (distance === 0) === (a === b);
      }),
    );
  });
});

describe('grams', () => {
  it('of short words one edit apart always meet', () => {
    const word = fc.stringMatching(/^[a-z]{3,8}$/);
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('', 'q'), (right, place, instead) => {
        const at = place % right.length;
        const wrong = right.slice(0, at) + instead + right.slice(at + 1);
        const keys = new Set(grams(right));
        return grams(wrong).some((key) => keys.has(key));
      }),
    );
  });
});
