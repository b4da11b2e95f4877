import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoggedEvent } from '#engines/event-log/port';
import { ConflictError, NotFoundError, UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { Metrics } from '#kernel/metrics';
import { Bed, created, pinId, Watcher } from '../../../test/support/events-bed.ts';
import { type Consumer, parkedTopic } from './contract.ts';

/** A watcher that keeps its place itself. */
class MarkedWatcher extends Watcher {
  marks: string[] = [];
  readonly checkpoint = async (mark: string): Promise<void> => {
    this.marks.push(mark);
  };
  readonly mark = async (): Promise<string | undefined> => this.marks.at(-1);
}

const noteOf = (local: number): string => `n${local}`;
const notesUpTo = (count: number): string[] => Array.from({ length: count }, (_, i) => noteOf(i + 1)).sort();

describe('createEvents', () => {
  let bed: Bed;
  let watcher: Watcher;
  beforeEach(async () => {
    bed = await Bed.open();
    watcher = new Watcher();
  });
  afterEach(() => bed.close());

  const parked = async (): Promise<JsonObject[]> => {
    const all: JsonObject[] = [];
    for (let p = 0; p < bed.log.partitions; p++) {
      all.push(...(await bed.log.read(parkedTopic, p, 0, 100)).map(({ value }) => value as JsonObject));
    }
    return all;
  };
  const failOn =
    (note: string, fault: Error): Watcher['before'] =>
    (changes) => {
      if (changes.some(({ body }) => body['note'] === note)) throw fault;
    };

  it('hands batches of at most 500 to each consumer, one after another', async () => {
    const other = new Watcher('other');
    watcher.before = () => nextTurn();
    const events = bed.events([watcher, other]);
    await bed.shards.commit(
      1,
      Array.from({ length: 1201 }, (_, i) => created(pinId(1, 1), `${i}`)),
    );
    await events.start();
    await events.drain();
    assert.deepEqual(watcher.batches, [500, 500, 201]);
    assert.equal(other.seen.length, 1201);
    assert.equal(watcher.overlapped, false);
    assert.deepEqual(events.consumers, ['watcher', 'other']);
  });

  it('keeps what the log holds to restore shards from to itself', async () => {
    const also = [['put', pinId(1, 1), 0, { hash: 'secret' }]];
    const event = { type: 'store.changed', at: 0, actor: null, also, more: true };
    await bed.shards.commit(1, [{ kind: 'emit', event }]);
    const events = bed.events([watcher]);
    await events.start();
    await events.drain();
    const [change, ...others] = watcher.seen;
    assert.deepEqual(others, []);
    assert.equal(change?.type as string, 'store.changed');
    assert.ok(!JSON.stringify(change).includes('secret') && !Object.hasOwn(change ?? {}, 'more'));
  });

  const hour = 3_600_000;
  for (const [where, gather] of [
    ['on the way to the log', { relayMs: () => hour, consumersMs: 0 }],
    ['behind the log', { relayMs: () => 0, consumersMs: hour }],
  ] as const) {
    it(`gathers what follows an event ${where}, unless somebody waits for it`, async () => {
      const events = bed.events([watcher], { gather });
      await events.start();
      const add = () => bed.shards.commit(1, [created(pinId(1, 1), 'more')]);
      await add();
      while (watcher.seen.length === 0) await nextTurn();
      for (let n = 0; n < 20; n += 1) await add();
      assert.equal(watcher.seen.length, 1);
      await events.drain();
      assert.deepEqual(watcher.batches, [1, 20]);
    });
  }

  it('gathers longer for a consumer to whom batches are dear, and for it alone', async () => {
    const dear = Object.assign(new Watcher('dear'), { gatherMs: hour });
    const events = bed.events([watcher, dear], { gather: { relayMs: () => 0, consumersMs: 0 } });
    await events.start();
    const add = () => bed.shards.commit(1, [created(pinId(1, 1), 'more')]);
    await add();
    while (watcher.seen.length === 0 || dear.seen.length === 0) await nextTurn();
    for (let n = 0; n < 20; n += 1) await add();
    while (watcher.seen.length < 21) await nextTurn();
    assert.equal(dear.seen.length, 1);
    await events.drain();
    assert.deepEqual(dear.batches, [1, 20]);
  });

  it('goes on after a restart where each consumer was', async () => {
    const first = bed.events([watcher]);
    await first.start();
    await bed.commit(40);
    await first.drain();
    await first.stop();
    await bed.commit(10, 40);
    const late = new Watcher('late');
    const second = bed.events([watcher, late]);
    await second.start();
    await second.drain();
    assert.equal(watcher.seen.length, 50);
    assert.equal(late.seen.length, 50);
  });

  it('lets a consumer settle before it stores how far it is', async () => {
    const told: string[] = [];
    const { log } = bed;
    const commit = log.commit.bind(log);
    log.commit = async (group, topic, partition, offset) => {
      if (group === 'settling' && offset > 0) told.push('stored');
      await commit(group, topic, partition, offset);
    };
    const settling: Consumer = {
      name: 'settling',
      apply: async () => void told.push('applied'),
      settle: async () => void told.push('settled'),
      reset: async () => undefined,
    };
    const events = bed.events([settling]);
    await events.start();
    await bed.commit(3);
    await events.drain();
    await events.stop();
    const [first, ...rest] = told.filter((word, at) => word !== told[at - 1]);
    assert.equal(first, 'applied');
    assert.deepEqual(rest.slice(0, 2), ['settled', 'stored']);
  });

  it('drains what was committed before, although more keeps coming', async () => {
    const events = bed.events([watcher]);
    await events.start();
    let going = true;
    const flood = (async () => {
      for (let n = 1000; going; n += 20) await bed.commit(20, n);
    })();
    await bed.commit(30);
    await events.drain();
    const notes = new Set(watcher.notes);
    going = false;
    await flood;
    assert.ok(notesUpTo(30).every((note) => notes.has(note)));
  });

  it('retries a consumer that fails, shows its fault, and lets the others go on', async () => {
    const other = new Watcher('other');
    let broken = true;
    watcher.before = () => {
      if (broken) throw new UnavailableError('the index is closed');
    };
    const events = bed.events([watcher, other]);
    await events.start();
    await bed.commit(20);
    while (other.seen.length < 20) await nextTurn();
    while ((await events.lags())[0]?.error === null) await nextTurn();
    assert.deepEqual(await events.lags(), [
      { name: 'watcher', lag: 20, error: 'the index is closed', parked: 0 },
      { name: 'other', lag: 0, error: null, parked: 0 },
    ]);
    broken = false;
    await events.drain();
    assert.deepEqual((await events.lags())[0], { name: 'watcher', lag: 0, error: null, parked: 0 });
    assert.deepEqual(watcher.notes.toSorted(), notesUpTo(20));
    assert.deepEqual(await parked(), []);
  });

  it('parks a change that cannot be applied, with its cause, and applies the rest in order', async () => {
    watcher.before = failOn('poison', new TypeError('no such field'));
    const notes = ['a', 'b', 'c', 'poison', 'd', 'e', 'f'];
    await bed.shards.commit(
      1,
      notes.map((note) => created(pinId(1, 1), note)),
    );
    const events = bed.events([watcher]);
    await events.start();
    await events.drain();
    assert.deepEqual(watcher.notes, ['a', 'b', 'c', 'd', 'e', 'f']);
    const [one, ...more] = await parked();
    assert.deepEqual(more, []);
    assert.deepEqual([one?.['consumer'], one?.['cause']], ['watcher', 'no such field']);
    const value = (one as unknown as { event: LoggedEvent }).event.value;
    const change = value as JsonObject;
    assert.deepEqual([change['body'], change['shard'], change['sequence']], [{ note: 'poison' }, 1, 4]);
  });

  it('tries a single change five times before it parks it', async () => {
    let tries = 0;
    watcher.before = () => {
      tries++;
      throw new Error('always');
    };
    await bed.commit(1);
    const events = bed.events([watcher]);
    await events.start();
    await events.drain();
    assert.equal(tries, 5);
    assert.equal((await parked()).length, 1);
  });

  it('parks no more than so many in a row, and goes on when the fault is mended', async () => {
    let broken = true;
    watcher.before = () => {
      if (broken) throw new Error('disk full');
    };
    await bed.shards.commit(
      1,
      Array.from({ length: 12 }, (_, i) => created(pinId(1, 1), `${i}`)),
    );
    const events = bed.events([watcher], { retry: { baseMs: 0, capMs: 0, tries: 2, parkAtMost: 3 } });
    await events.start();
    while ((await events.lags())[0]?.lag !== 9 && (await parked()).length < 3) await nextTurn();
    broken = false;
    await events.drain();
    assert.deepEqual(watcher.notes, ['3', '4', '5', '6', '7', '8', '9', '10', '11']);
    assert.equal((await parked()).length, 3);
  });

  it('rebuilds to what following the log gave, tells how far it is, and goes on', async () => {
    const events = bed.events([watcher]);
    await events.start();
    await bed.commit(900);
    await events.drain();
    const before = watcher.notes.toSorted();
    const steps: [number, number][] = [];
    const rebuilt = await events.rebuild('watcher', (done, total) => steps.push([done, total]));
    assert.deepEqual(rebuilt, { events: 900 });
    assert.deepEqual(watcher.notes.toSorted(), before);
    assert.deepEqual(steps.at(-1), [900, 900]);
    assert.deepEqual(
      steps,
      steps.toSorted(([a], [b]) => a - b),
    );
    await bed.commit(1, 900);
    await events.drain();
    assert.equal(watcher.seen.length, 901);
  });

  it('rebuilds while changes keep coming', async () => {
    const events = bed.events([watcher]);
    await events.start();
    await bed.commit(300);
    const [{ events: replayed }] = await Promise.all([events.rebuild('watcher'), bed.commit(300, 300)]);
    assert.ok(replayed <= 600);
    await events.drain();
    assert.deepEqual(watcher.notes.toSorted(), notesUpTo(600));
  });

  it('rebuilds a consumer that is stuck', async () => {
    let broken = true;
    watcher.before = () => {
      if (broken) throw new UnavailableError('damaged');
    };
    const reset = watcher.reset.bind(watcher);
    watcher.reset = async () => {
      broken = false;
      await reset();
    };
    const patient = { baseMs: 1e6, capMs: 1e6, tries: 5, parkAtMost: 1 };
    const events = bed.events([watcher], { retry: patient });
    await bed.commit(10);
    await events.start();
    while ((await events.lags())[0]?.error === null) await nextTurn();
    await events.rebuild('watcher');
    assert.equal(watcher.seen.length, 10);
  });

  it('empties a consumer again when a rebuild was cut short', async () => {
    const first = bed.events([watcher]);
    await first.start();
    await bed.commit(25);
    await first.drain();
    const reset = watcher.reset.bind(watcher);
    watcher.reset = async () => {
      throw new Error('killed');
    };
    await assert.rejects(first.rebuild('watcher'), /killed/);
    await first.stop();
    watcher.reset = reset;
    const second = bed.events([watcher]);
    await second.start();
    await second.drain();
    assert.deepEqual(watcher.notes.toSorted(), notesUpTo(25));
  });

  it('refuses to rebuild what it does not know, or twice at once', async () => {
    const events = bed.events([watcher]);
    await assert.rejects(events.rebuild('watcher'), UnavailableError);
    await events.start();
    await assert.rejects(events.rebuild('nothing'), NotFoundError);
    const rebuilding = events.rebuild('watcher');
    await assert.rejects(events.rebuild('watcher'), ConflictError);
    await rebuilding;
    await events.rebuild('watcher');
    assert.throws(() => bed.events([watcher, new Watcher()]), ConflictError);
  });

  it('refuses to drain when it does not run', async () => {
    const events = bed.events([watcher]);
    await assert.rejects(events.drain(), UnavailableError);
    watcher.before = () => {
      throw new UnavailableError('down');
    };
    await events.start();
    await bed.commit(1);
    const draining = assert.rejects(events.drain(), UnavailableError);
    while ((await events.lags())[0]?.error === null) await nextTurn();
    await events.stop();
    await draining;
  });

  it('counts and times its work', async () => {
    const metrics = new Metrics();
    const events = bed.events([watcher], { metrics });
    await events.start();
    await bed.commit(12);
    await events.drain();
    const text = await metrics.registry.metrics();
    assert.match(text, /pinakes_events_relayed_total 12/);
    assert.match(text, /pinakes_events_applied_total\{consumer="watcher"\} 12/);
  });

  describe('with consumers that keep their place themselves', () => {
    let marked: MarkedWatcher;
    beforeEach(() => {
      marked = new MarkedWatcher();
    });
    const run = async (consumer: Consumer, policy = { events: 100, ms: 60_000 }) => {
      const events = bed.events([consumer], { checkpoints: policy });
      await events.start();
      return events;
    };
    const place = (): number =>
      JSON.parse(marked.marks.at(-1) ?? '[]').reduce((a: number, b: number) => a + b, 0);

    it('makes a checkpoint after so many events, and at the stop', async () => {
      const events = await run(marked);
      await bed.commit(30);
      await events.drain();
      assert.equal(marked.marks.length, 0);
      await bed.commit(80, 30);
      await events.drain();
      assert.equal(marked.marks.length, 1);
      assert.ok(place() >= 100);
      await events.stop();
      assert.equal(place(), 110);
    });

    it('makes a checkpoint some time after the last event', async () => {
      const events = await run(marked, { events: 100, ms: 5 });
      await bed.commit(3);
      await events.drain();
      bed.clock.advance(5);
      while (marked.marks.length === 0) await nextTurn();
      assert.equal(place(), 3);
    });

    it('applies again what came after the last checkpoint', async () => {
      const first = await run(marked, { events: 10, ms: 60_000 });
      await bed.commit(12);
      await first.drain();
      await bed.commit(3, 12);
      await first.drain();
      const marks = [...marked.marks];
      assert.equal(marks.length, 1);
      await first.stop();
      // As after a crash: the checkpoint that the stop made is not there.
      marked.marks = marks;
      const left = 15 - place();
      const heir = new MarkedWatcher();
      heir.marks = marks;
      const second = await run(heir);
      await second.drain();
      assert.equal(heir.seen.length, left);
    });

    it('starts from the beginning without a mark, or with one that makes no sense', async () => {
      await bed.commit(5);
      for (const mark of [undefined, 'nonsense', '[1,2]', '[-1,0,0,0,0,0,0,0]']) {
        const fresh = new MarkedWatcher(`marked-${mark}`);
        if (mark !== undefined) fresh.marks.push(mark);
        const events = await run(fresh);
        await events.drain();
        await events.stop();
        assert.equal(fresh.seen.length, 5);
      }
    });

    it('rebuilds, and keeps its place with what was rebuilt', async () => {
      const events = await run(marked);
      await bed.commit(50);
      await events.drain();
      await events.rebuild('watcher');
      assert.equal(marked.seen.length, 50);
      assert.equal(place(), 50);
      assert.equal(
        JSON.parse(marked.marks[0] ?? '[1]').every((position: number) => position === 0),
        true,
      );
    });
  });
});
