import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageText, latencyText, rateText, signalText, stateText } from './live-text.ts';

test('figures are short and keep what matters', () => {
  assert.deepEqual([0, 0.034, 3.14, 12.3, 1234].map(rateText), ['0', '0.034', '3.1', '12', '1.2K']);
  assert.deepEqual([0.44, 9.87, 123.4, 1520].map(latencyText), ['0.44 ms', '9.9 ms', '123 ms', '1.5 s']);
  assert.deepEqual([4.4, 600, 10_800].map(ageText), ['4 s', '10 min', '3 h']);
  assert.deepEqual([signalText('share', 0.02), signalText('per second', null)], ['2.0 %', '–']);
});

test('a signal says whether it knows enough', () => {
  assert.match(stateText({ state: 'learning', usual: null, known: 0 }), /learning/);
  assert.match(stateText({ state: 'calm', usual: 'recent', known: 0.25 }), /last minutes; 25 %/);
  assert.equal(stateText({ state: 'calm', usual: 'season', known: 1 }), 'as usual');
});
