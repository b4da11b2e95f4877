import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, dayText, percentText, shortText, spanText, wholeText } from './figures.ts';

test('bytes come in the unit in which they are short', () => {
  assert.deepEqual([0, 999, 1000, 8432, 25_000, 1.25e12, 4e15].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '8.4 kB',
    '25 kB',
    '1.3 TB',
    '4.0 PB',
  ]);
});

test('shares below a tenth keep two digits', () => {
  assert.deepEqual([0, 0.00024, 0.034, 0.125, 1].map(percentText), [
    '0 %',
    '0.024 %',
    '3.4 %',
    '13 %',
    '100 %',
  ]);
});

test('numbers, days and spans read as people write them', () => {
  assert.deepEqual([shortText(842.1), shortText(12_345), wholeText(12_345.6)], ['842', '12.3K', '12,346']);
  assert.equal(dayText(Date.UTC(2027, 2, 9, 23)), '2027-03-09');
  assert.deepEqual([spanText({ from: 3, through: 3 }), spanText({ from: 0, through: 63 })], ['3', '0–63']);
});
