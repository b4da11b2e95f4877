import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pacer } from './pacer.ts';

/** A pacer whose time a test moves, and reads that take as long as the test says beside the work and while it rests. */
class Bed {
  now = 0;
  readonly pacer: Pacer;

  constructor(beforeMs?: number) {
    this.pacer = new Pacer(undefined, () => this.now);
    if (beforeMs !== undefined) for (let n = 0; n < 500; n += 1) this.pacer.readBefore(beforeMs);
  }

  /** Some rounds of work and rest, a read every 5 ms. */
  run(rounds: number, workingMs: number, restingMs: number): void {
    for (let n = 0; n < rounds; n += 1) {
      for (let ms = 0; ms < 4000; ms += 5) {
        this.pacer.read(ms < 3600 ? workingMs : restingMs);
        this.now += 5;
      }
      this.pacer.pause(1);
    }
  }
}

describe('the pace of a migration', () => {
  it('quickens while reads are as fast as without it, and has an end', () => {
    const bed = new Bed(1);
    const first = bed.pacer.factor;
    bed.run(3, 1.05, 1);
    assert.ok(bed.pacer.factor < first);
    bed.run(50, 1.05, 1);
    assert.equal(bed.pacer.factor, 0.2);
  });

  it('slows down when reads beside the work take much longer, and quickens when they no more do', () => {
    const bed = new Bed(1);
    bed.run(2, 1.8, 1);
    const slow = bed.pacer.factor;
    assert.equal(slow, 8);
    bed.run(50, 9, 1);
    assert.equal(bed.pacer.factor, 60);
    bed.run(10, 1, 1);
    assert.ok(bed.pacer.factor < 8);
  });

  it('does not slow down for what others do to the machine', () => {
    const bed = new Bed(1);
    const first = bed.pacer.factor;
    bed.run(4, 50, 1);
    assert.ok(bed.pacer.factor > first);
    bed.run(30, 50, 50);
    assert.ok(bed.pacer.factor < first);
  });

  it('leaves others a multiple of the time that work takes, a second at most', () => {
    const { pacer } = new Bed();
    assert.equal(pacer.pause(10), 20);
    assert.equal(pacer.pause(5000), 1000);
  });

  it('rests every few seconds until the moment is over', () => {
    const bed = new Bed();
    bed.now = 3600;
    assert.equal(bed.pacer.pause(1), 400);
    bed.now = 3900;
    assert.equal(bed.pacer.pause(1), 100);
    bed.now = 4000;
    assert.equal(bed.pacer.pause(1), 2);
    bed.now = 7599;
    assert.equal(bed.pacer.pause(1), 2);
    bed.now = 7600;
    assert.equal(bed.pacer.pause(1), 400);
  });

  it('keeps its pace where nobody reads', () => {
    const bed = new Bed();
    for (let n = 0; n < 20; n += 1) {
      bed.now += 4000;
      bed.pacer.pause(1);
    }
    assert.equal(bed.pacer.factor, 2);
  });
});
