/** A monitor that has lived through a week, on a clock that is moved by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { createLruCache } from '#engines/cache/lru';
import { openSegmentLog } from '#engines/event-log/segments';
import { ManualClock } from '#kernel/clock';
import { silentLog } from '#kernel/log';
import { Metrics } from '#kernel/metrics';
import { AlertBook } from '#services/monitor/alert-book';
import { type Alert, measures } from '#services/monitor/contract';
import { type Latencies, LatencyRing } from '#services/monitor/latency-ring';
import { LiveMonitor } from '#services/monitor/live-monitor';
import { writeMemory } from '#services/monitor/memory-file';
import { wordingOf } from '#services/monitor/signals';
import { Watch } from '#services/monitor/watch';
import { daySeconds, durations, type Second, siteDay } from './site-days.ts';

/** The first second that is replayed, of a Monday; the days before it are learnt. */
export const dayStart = Date.UTC(2026, 2, 9);

/** What was learnt before. */
export interface Life {
  readonly seed: number;
  /** 7 unless told. */
  readonly days?: number;
  /** The day that comes: that of `dayStart` unless told. */
  readonly start?: number;
  /** Whether people are off on Saturdays and Sundays; every day is like the others unless told. */
  readonly hasWeekends?: boolean;
}

/** Whether a day that begins at a moment is a Saturday or a Sunday. */
const isWeekend = (start: number): boolean => [0, 6].includes(new Date(start).getUTCDay());

/** The requests of a minute, four a second. */
function minuteOf(ms: () => number): Latencies {
  const ring = new LatencyRing();
  for (let at = 0; at < 60_000; at += 250) {
    ring.add(at, ms());
    if (at % 1000 === 750) ring.close(at);
  }
  return ring.sixty;
}

const ms = durations(5);
const minutes = Array.from({ length: 500 }, () => minuteOf(ms));

/** What ordinary days teach, ten seconds at a time. */
function learnt({
  seed,
  days = 7,
  start: end = dayStart,
  hasWeekends = false,
}: Life): Record<string, unknown> {
  const start = end - days * daySeconds * 1000;
  const watch = new Watch(new AlertBook(wordingOf, () => undefined), start);
  const amounts = new Float64Array(measures.length);
  const add = (measure: (typeof measures)[number], amount: number) => {
    const at = measures.indexOf(measure);
    amounts[at] = (amounts[at] ?? 0) + amount;
  };
  let at = start;
  for (let day = 0; day < days; day += 1) {
    for (const second of siteDay(seed * 1000 + day, hasWeekends && isWeekend(at))) {
      add('requests', second.feedLoads + second.others + second.errors);
      add('feedLoads', second.feedLoads);
      add('errors', second.errors);
      add('signInFailures', second.signInFailures);
      at += 1000;
      if (at % 10_000 !== 0) continue;
      watch.learn(at - 10_000, amounts, {
        latency: minutes[(at / 10_000) % minutes.length] ?? new LatencyRing().sixty,
        'queue-age': 0,
        'consumer-lag': 3,
      });
      amounts.fill(0);
    }
  }
  return watch.toJson();
}

/** What probes answer. */
export interface Asked {
  queueDue?: number | undefined;
  lag?: number;
  outletFails?: boolean;
}

/** A monitor with its clock, what it sent, and what it remembers. */
export interface MonitorBed {
  readonly clock: ManualClock;
  readonly monitor: LiveMonitor;
  readonly metrics: Metrics;
  readonly sent: Alert[];
  readonly asked: Asked;
  readonly file: string;
}

/** A bed at the beginning of a day; after a week of a seed, or another life, where one is told. */
export async function monitorBed(t: TestContext, before?: number | Life): Promise<MonitorBed> {
  const life = typeof before === 'number' ? { seed: before } : before;
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-monitor-'));
  const clock = new ManualClock(life?.start ?? dayStart);
  const eventLog = await openSegmentLog({
    folder: path.join(folder, 'log'),
    durability: 'process',
    clock,
    log: silentLog,
  });
  const file = path.join(folder, 'monitor.json');
  if (life) await writeMemory(file, { version: 1, signals: learnt(life), book: undefined });
  const sent: Alert[] = [];
  const asked: Asked = {};
  const metrics = new Metrics();
  const monitor = new LiveMonitor({
    ...{ clock, eventLog, file, metrics, log: silentLog },
    outlets: [
      {
        name: 'broken',
        async deliver() {
          if (asked.outletFails) throw new Error('away');
        },
      },
      { name: 'kept', deliver: async (alert) => void sent.push(alert) },
    ],
    jobs: { counts: async () => [{ name: 'mail', state: 'pending', count: 1 }] },
    queue: { nextDue: async () => asked.queueDue },
    events: { lags: async () => [{ name: 'words', lag: asked.lag ?? 0, error: null, parked: 0 }] },
    capacity: { live: () => Promise.reject(new Error('nobody looks')) },
    cache: createLruCache({ maxEntries: 10 }),
  });
  await monitor.open();
  await monitor.start();
  t.after(async () => {
    await monitor.stop();
    await eventLog.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { clock, monitor, metrics, sent, asked, file };
}

/** Lets a second happen, and the clock go on by it. */
export function live({ clock, monitor }: MonitorBed, second: Second, ms: () => number): void {
  const at = clock.now();
  const request = (count: number, route: string, status: number) => {
    for (let i = 0; i < count; i += 1) monitor.observe({ route, status, ms: ms() });
  };
  request(second.feedLoads, 'GET /api/feed/home', 200);
  request(second.others, 'GET /api/pins/:id', 200);
  request(second.errors, 'GET /api/pins/:id', 500);
  for (let i = 0; i < second.signInFailures; i += 1) monitor.take({ type: 'sign_in_failed', at: at + i });
  clock.advance(1000);
  monitor.advance(clock.now());
}

/** Replays a day with changes to its seconds; answers the alerts of the whole day, the first one first. */
export function replay(
  bed: MonitorBed,
  seed: number,
  changed: (second: Second, at: number) => Second = (second) => second,
  isOff = false,
): Alert[] {
  const ms = durations(seed);
  let at = 0;
  for (const second of siteDay(seed, isOff)) live(bed, changed(second, at++), ms);
  return bed.monitor.alerts().toReversed();
}
