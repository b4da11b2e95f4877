import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenIn, givenWith } from './use-given.ts';

test('an address gives what the plan knows, nothing else', () => {
  assert.deepEqual(givenIn('people=5&growth=&colour=red&pinsPerPerson=7'), {
    people: '5',
    pinsPerPerson: '7',
  });
});

test('a figure is given, changed and taken back', () => {
  const given = givenWith({ people: '5' }, 'growth', '3');
  assert.deepEqual(given, { people: '5', growth: '3' });
  assert.deepEqual(givenWith(given, 'people', '6'), { people: '6', growth: '3' });
  assert.deepEqual(givenWith(given, 'people', ''), { growth: '3' });
});

test('pins that are given take the place of pins a person', () => {
  assert.deepEqual(givenWith({ pinsPerPerson: '7' }, 'pins', '100'), { pins: '100' });
});
