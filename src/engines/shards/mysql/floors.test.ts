import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Floors } from './floors.ts';
import { noPosition, positionOf } from './position.ts';

const at = (n: number) => positionOf(`0-1-${n}`);

/** Floors above a primary that is at 10. */
function settled(): Floors {
  const floors = new Floors();
  floors.settle(floors.doubts, at(10));
  return floors;
}

describe('floors of shards', () => {
  it('let no replica answer before the primary was asked', () => {
    const floors = new Floors();
    floors.wrote(1, at(3));
    assert.ok(!floors.allow(1, at(100)));
    assert.deepEqual(floors.of([1]), { position: at(3), isCertain: false });
  });

  it('are the last write of each shard, and where the primary was at first', () => {
    const floors = settled();
    floors.wrote(1, at(12));
    floors.wrote(1, at(11));
    assert.ok(floors.allow(1, at(12)) && !floors.allow(1, at(11)));
    assert.ok(floors.allow(2, at(10)) && !floors.allow(2, at(9)));
    floors.settle(floors.doubts, at(50));
    assert.ok(floors.allow(2, at(10)));
  });

  it('are the highest of several shards', () => {
    const floors = settled();
    floors.wrote(1, at(12));
    assert.deepEqual(floors.of([1, 2]), { position: at(12), isCertain: true });
  });

  it('are in doubt after a write without an answer, until the primary was asked after it', () => {
    const floors = settled();
    const before = floors.doubts;
    floors.doubt(1);
    floors.settle(before, at(20));
    assert.ok(!floors.allow(1, at(20)) && floors.allow(2, at(10)));
    const asked = floors.doubts;
    floors.doubt(1);
    floors.settle(asked, at(21));
    assert.ok(!floors.allow(1, at(21)), 'a later doubt is not settled by an earlier question');
    floors.settle(floors.doubts, at(22));
    assert.ok(floors.allow(1, at(22)) && !floors.allow(1, at(21)));
  });

  it('still ask for what is known of a shard in doubt', () => {
    const floors = settled();
    floors.wrote(1, at(15));
    floors.doubt(1);
    assert.deepEqual(floors.of([1]), { position: at(15), isCertain: false });
  });

  it('that nobody reaches are given up until the primary is back', () => {
    const floors = settled();
    floors.wrote(1, at(15));
    floors.wrote(2, at(12));
    floors.giveUp([1, 2], at(12));
    assert.deepEqual(floors.of([2]), { position: at(12), isCertain: true });
    assert.deepEqual(floors.of([1]), { position: at(10), isCertain: false });
    floors.reset();
    assert.deepEqual(floors.of([3]), { position: noPosition, isCertain: false });
    floors.settle(floors.doubts, at(16));
    assert.ok(floors.allow(1, at(16)) && !floors.allow(1, at(15)));
  });
});
