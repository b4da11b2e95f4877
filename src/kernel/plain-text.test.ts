import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidInputError } from './errors.ts';
import { cleanLine, cleanText, requireLine, requireWebAddress } from './plain-text.ts';

test('a line keeps every script and emoji, and loses controls and direction overrides', () => {
  assert.equal(cleanLine('  Blåbær\n\tpaj  '), 'Blåbær paj');
  assert.equal(cleanLine('图钉 👩‍🍳 שלום'), '图钉 👩‍🍳 שלום');
  assert.equal(cleanLine('a\u0000b\u0007c\u202Egpj.exe'), 'abcgpj.exe');
  assert.equal(cleanLine('\ud800x'), '\ufffdx');
});

test('a required line must have something to see', () => {
  assert.throws(() => requireLine('name', ' \u0000\u202e '), InvalidInputError);
  assert.equal(requireLine('name', ' a '), 'a');
});

test('text keeps its line breaks and tabs', () => {
  assert.equal(cleanText('one\r\ntwo\rthree\tfour\u0008\n'), 'one\ntwo\nthree\tfour');
});

test('a web address is http or https, without credentials', () => {
  assert.equal(requireWebAddress('link', 'HTTPS://Example.org/a b'), 'https://example.org/a%20b');
  for (const bad of [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a/',
    'https://',
    'http://u:p@a/',
    'x',
  ]) {
    assert.throws(() => requireWebAddress('link', bad), InvalidInputError, bad);
  }
});
