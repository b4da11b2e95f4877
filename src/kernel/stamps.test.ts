import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Stamps } from './stamps.ts';

test('nothing has changed until it is said, and then for good', () => {
  const stamps = new Stamps();
  const unchanged = stamps.watch(['a', 'b']);
  assert.equal(unchanged(), true);
  stamps.changed(['b']);
  assert.equal(unchanged(), false);
  assert.equal(stamps.watch(['a', 'b'])(), true);
  assert.equal(unchanged(), false);
});

test('no change of a watched key is missed', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(), (keys, pick) => {
      const stamps = new Stamps();
      stamps.changed(keys);
      const unchanged = stamps.watch(keys);
      stamps.changed([keys[pick % keys.length] ?? '']);
      assert.equal(unchanged(), false);
    }),
  );
});

test('hardly any change of another key is taken for one of a watched key', () => {
  const stamps = new Stamps();
  const watches = Array.from({ length: 200 }, (_, n) => stamps.watch([`1234567${n}`]));
  stamps.changed(['9999999']);
  assert.ok(watches.filter((unchanged) => !unchanged()).length <= 3);
});

test('everything may have changed at once', () => {
  const stamps = new Stamps();
  const unchanged = stamps.watch(['a']);
  stamps.allChanged();
  assert.equal(unchanged(), false);
});
