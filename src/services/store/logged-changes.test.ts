import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Change, EmitChange } from '#engines/shards/port';
import { encodeId, type Id } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { changeEvent } from './contract.ts';
import { withLogged } from './logged-changes.ts';

const pin = (local: number): Id => encodeId({ shard: 1, type: 1, local });
const user = encodeId({ shard: 1, type: 3, local: 1 });
const at = 77;
const link: Change = { kind: 'link', mapping: 'user_has_pin', from: user, to: pin(1), sequence: 5 };
const put = (id: Id, data: JsonObject, expect?: number): Change => ({
  kind: 'put',
  id,
  data,
  expect,
  createdAt: 3,
});
const told = (id: Id, body: JsonObject): Change =>
  changeEvent({ type: 'pin.created', id, version: 1, at: 4, actor: user, body, before: null });

/** The events that a commit ends up with. */
function events(...changes: Change[]): JsonObject[] {
  const all = withLogged(changes, { now: at, actor: user });
  return all.filter((change): change is EmitChange => change.kind === 'emit').map(({ event }) => event);
}

describe('what the log is told of a commit', () => {
  it('is carried by its event, which shows the data already', () => {
    const [event, ...more] = events(put(pin(1), { a: 1 }, 0), link, told(pin(1), { a: 1 }));
    assert.deepEqual(more, []);
    assert.deepEqual(event?.['also'], [
      ['put', pin(1), 3, 0, 1],
      ['link', 'user_has_pin', user, pin(1), 5],
    ]);
    assert.equal(event?.['type'], 'pin.created');
  });

  it('points from the last event back to those that show the data', () => {
    const all = [1, 2, 3].map((n) => put(pin(n), { n }));
    const [first, second, last] = events(...all, ...[1, 2, 3].map((n) => told(pin(n), { n })));
    assert.deepEqual([first?.['also'], second?.['also']], [undefined, undefined]);
    assert.deepEqual(last?.['also'], [
      ['put', pin(1), 3, 2],
      ['put', pin(2), 3, 1],
      ['put', pin(3), 3, 0],
    ]);
  });

  it('is an event of its own where there is no other', () => {
    const unlink: Change = { kind: 'unlink', mapping: 'user_has_pin', from: user, to: pin(1) };
    const all = events({ kind: 'remove', id: pin(1), expect: 4 }, unlink);
    const also = [
      ['remove', pin(1)],
      ['unlink', 'user_has_pin', user, pin(1)],
    ];
    assert.deepEqual(all, [{ type: 'store.changed', at, actor: user, also }]);
    assert.deepEqual(events(), []);
  });

  it('keeps what a service leaves out of its event out of it', () => {
    const [event, own] = events(put(user, { name: 'ada', hash: 'secret' }), told(user, { name: 'ada' }));
    assert.ok(!JSON.stringify(event).includes('secret') && event?.['also'] === undefined);
    assert.deepEqual(own?.['also'], [['put', user, 3, { name: 'ada', hash: 'secret' }]]);
  });

  it('says of events without changes that there are none', () => {
    assert.deepEqual(events(told(pin(1), {}))[0]?.['also'], []);
  });

  it('does not take the body of a removal for what is put', () => {
    const gone = { type: 'pin.removed', id: pin(1), version: 2, at: 4, actor: null } as const;
    const removed = changeEvent({ ...gone, body: { a: 1 }, before: null });
    const [event, own] = events({ kind: 'remove', id: pin(1) }, put(pin(1), { a: 1 }), removed);
    assert.equal(event?.['also'], undefined);
    assert.deepEqual(own?.['also'], [
      ['remove', pin(1)],
      ['put', pin(1), 3, { a: 1 }],
    ]);
  });

  it('is spread over events of bounded size, whole with the one that says no more', () => {
    const text = 'ä'.repeat(30_000);
    const all = events(
      ...Array.from({ length: 20 }, (_, n) => put(pin(n + 1), { n, text })),
      told(pin(1), {}),
    );
    assert.equal(all[0]?.['also'], undefined);
    const own = all.slice(1);
    assert.ok(own.length > 1);
    for (const event of own) assert.ok(Buffer.byteLength(JSON.stringify(event)) < 640 * 1024);
    assert.deepEqual(
      own.map((event) => event['more'] ?? false),
      own.map((_, i) => i < own.length - 1),
    );
    const puts = own.flatMap((event) => event['also'] as unknown[][]);
    assert.deepEqual(
      puts.map(([, id]) => id),
      Array.from({ length: 20 }, (_, n) => pin(n + 1)),
    );
  });
});
