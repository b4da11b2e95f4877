import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { silentLog } from '#kernel/log';
import { dayStart, live, type MonitorBed, monitorBed } from '../../../test/support/monitor-bed.ts';
import type { Frame } from './contract.ts';
import { readMemory } from './memory-file.ts';

const busy = { feedLoads: 12, others: 8, errors: 0, signInFailures: 0 };
const quick = () => 10;

/** Lets so many seconds happen, all alike; what is sent and asked is done afterwards. */
async function seconds(bed: MonitorBed, count: number, second = busy, ms = quick): Promise<void> {
  for (let i = 0; i < count; i += 1) live(bed, second, ms);
  await bed.monitor.probed();
}

/** Firing signals of a bed. */
const firing = ({ monitor }: MonitorBed): string[] =>
  monitor.alerts().flatMap(({ state, signal }) => (state === 'firing' ? [signal] : []));

/** A monitor that has seen half an hour of ordinary traffic. */
async function settledBed(t: TestContext): Promise<MonitorBed> {
  const bed = await monitorBed(t);
  await seconds(bed, 1900);
  return bed;
}

test('a new site raises nothing for half an hour, then knows enough', async (t) => {
  const bed = await monitorBed(t);
  await seconds(bed, 600);
  await seconds(bed, 60, { ...busy, feedLoads: 0, errors: 5, signInFailures: 5 });
  const { signals } = await bed.monitor.snapshot();
  assert.ok(signals.every(({ state, usual }) => state === 'learning' && usual === null));
  assert.deepEqual(bed.monitor.alerts(), []);
});

test('each signal is found within ten seconds, and is over when it is', async (t) => {
  const bed = await settledBed(t);
  const found = async (signal: string, second = busy, ms = quick) => {
    await seconds(bed, 10, second, ms);
    assert.deepEqual(firing(bed), [signal]);
    await seconds(bed, 700);
    assert.deepEqual(firing(bed), []);
  };
  await found('sign-in-failures', { ...busy, signInFailures: 3 });
  await found('feed-loads', { ...busy, feedLoads: 0, others: 20 });
  await found('errors', { ...busy, others: 6, errors: 2 });
  await found('latency', busy, () => 800);
  assert.deepEqual(
    bed.sent.map(({ signal, state }) => `${signal} ${state}`),
    ['sign-in-failures', 'feed-loads', 'errors', 'latency'].flatMap((one) => [
      `${one} firing`,
      `${one} resolved`,
    ]),
  );
});

test('a queue that stands still and a consumer that is far behind are found as well', async (t) => {
  const bed = await settledBed(t);
  bed.asked.queueDue = bed.clock.now() - 300_000;
  bed.asked.lag = 50_000;
  for (let i = 0; i < 8; i += 1) {
    await seconds(bed, 1);
    await bed.monitor.probed();
  }
  assert.deepEqual(firing(bed).sort(), ['consumer-lag', 'queue-age']);
  const { queues, consumers, figures } = await bed.monitor.snapshot();
  assert.deepEqual(queues, [{ name: 'mail', pending: 1, running: 0, failed: 0 }]);
  assert.deepEqual(consumers, [{ name: 'words', lag: 50_000, error: null, parked: 0 }]);
  assert.ok((figures['queueAge'] ?? 0) >= 300);
});

test('rates go by when things happened; what comes too late is counted as that', async (t) => {
  const bed = await monitorBed(t);
  const at = (second: number) => dayStart + second * 1000;
  await seconds(bed, 100);
  bed.monitor.take({ type: 'impression', at: at(99) });
  bed.monitor.take({ type: 'impression', at: at(80) });
  bed.monitor.take({ type: 'impression', at: at(10) });
  await seconds(bed, 2);
  const { seconds: history, late } = await bed.monitor.snapshot();
  const value = (series: string, second: number) =>
    history.series[series]?.[(at(second) - history.from) / history.stepMs];
  assert.deepEqual([value('impressions', 99), value('impressions', 80), value('impressions', 10)], [1, 1, 0]);
  assert.deepEqual([value('requests', 99), value('feedLoads', 99)], [20, 12]);
  assert.ok(Math.abs((value('p99', 99) ?? 0) - 10) < 1);
  assert.equal(value('requests', -5), null);
  assert.equal(late, 1);
});

test('a machine that slept has observed nothing meanwhile: no alert', async (t) => {
  const bed = await settledBed(t);
  bed.clock.advance(3 * 3_600_000);
  await bed.monitor.tick();
  await seconds(bed, 30, { ...busy, feedLoads: 0 });
  assert.deepEqual(bed.monitor.alerts(), []);
});

test('listeners get a frame a second, are few, and hear of the end', async (t) => {
  const bed = await monitorBed(t);
  const frames: Frame[] = [];
  let ended = 0;
  const stop = bed.monitor.listen(
    (frame) => frames.push(frame),
    () => ended++,
  );
  for (let i = 1; i < 64; i += 1)
    bed.monitor.listen(
      () => undefined,
      () => ended++,
    );
  assert.throws(
    () =>
      bed.monitor.listen(
        () => undefined,
        () => undefined,
      ),
    { code: 'rate_limited' },
  );
  await seconds(bed, 3);
  assert.equal(frames.length, 3);
  assert.equal(frames[2]?.figures['requests'], 20);
  stop();
  await seconds(bed, 1);
  assert.equal(frames.length, 3);
  await bed.monitor.stop();
  assert.equal(ended, 63);
});

test('what was learnt and told outlives a restart; a file that is broken is learnt anew', async (t) => {
  const bed = await settledBed(t);
  await seconds(bed, 8, { ...busy, errors: 9 });
  await bed.monitor.stop();
  const memory = await readMemory(bed.file, silentLog);
  assert.ok(memory?.signals['latency']);
  assert.match(JSON.stringify(memory?.book), /errors/);
  assert.ok((await readFile(bed.file)).length < 100_000);
  await writeFile(bed.file, '{"version":1,');
  assert.equal(await readMemory(bed.file, silentLog), undefined);
});

test('an outlet that fails is counted, and takes nothing from the others', async (t) => {
  const bed = await settledBed(t);
  bed.asked.outletFails = true;
  await seconds(bed, 8, { ...busy, errors: 9 });
  await bed.monitor.probed();
  assert.equal(bed.sent.length, 1);
  assert.match(
    await bed.metrics.registry.metrics(),
    /pinakes_alert_deliveries_total\{outlet="broken",outcome="failed"\} 1/,
  );
});
