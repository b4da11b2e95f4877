import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '#kernel/json';
import { changesTopic } from '#services/events/contract';
import { impression } from '../../../test/support/archive-bed.ts';
import { columns, eventOf, rowOf } from './rows.ts';

const event = (topic: string, value: Json) => ({
  ...{ topic, partition: 3, offset: 17, at: 1_767_225_600_123, key: 'k', value },
});

const change = {
  ...{
    v: 1,
    shard: 4,
    sequence: 9,
    type: 'pin.updated',
    id: '241294492511762325',
    version: 2,
    at: 1_767_225_600_000,
  },
  ...{ actor: null, body: { boardId: '77', title: 'Ünïcode "x"' }, before: { boardId: '76' } },
  also: [['put', '1', 5, { passwordHash: 'secret' }]],
};

test('an event comes back from its row whole, whatever it says', () => {
  const values: Json[] = [
    change,
    impression(5, 1_767_225_600_000),
    { type: 'store.changed', v: 1, shard: 1, sequence: 2, at: 3, actor: null, also: [] },
    { type: 7, at: 'soon', id: 'none', actor: 'x'.repeat(30), rank: 1.5, body: 'text' },
    ...[null, [], [1], 'text', 5, {}],
  ];
  for (const topic of [changesTopic, 'actions', 'other']) {
    for (const value of values) {
      const whole = event(topic, value);
      const row = rowOf(whole);
      assert.deepEqual(Object.keys(row).sort(), columns.map(({ name }) => name).sort());
      assert.deepEqual(eventOf(topic, 3, row), whole);
    }
  }
});

test('what queries ask for has columns of its own', () => {
  const pin = rowOf(event(changesTopic, change));
  assert.equal(pin['event_id'], '4:9');
  assert.equal(pin['pin_id'], '241294492511762325');
  assert.equal(pin['board_id'], '77');
  assert.equal(pin['happened_at'], 1_767_225_600_000);
  const seen = rowOf(event('actions', impression(5, 1000)));
  assert.equal(seen['surface'], 'home');
  assert.equal(seen['rank'], 5);
  assert.equal(seen['pin_id'], '241294492511762405');
});

test('what the store tells the log of an object beside its events is in no column but the envelope', () => {
  const { envelope, ...rest } = rowOf(event(changesTopic, change));
  assert.match(String(envelope), /secret/);
  assert.doesNotMatch(JSON.stringify(rest), /secret/);
});
