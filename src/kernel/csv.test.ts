import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvOf } from './csv.ts';

test('fields with commas, quotes or line ends are quoted; nothing is an empty field', () => {
  const columns = [{ name: 'a,b' }, { name: 'c' }];
  const rows = [
    ['say "x"', null],
    ['two\nlines', { a: [1] }],
    [1.5, true],
  ];
  assert.equal(csvOf({ columns, rows }), '"a,b",c\r\n"say ""x""",\r\n"two\nlines","{""a"":[1]}"\r\n1.5,true');
});
