/** Whole days replayed: faults that are put into them are found at once, and ordinary life is none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '#services/monitor/contract';
import { dayStart, monitorBed, replay } from './support/monitor-bed.ts';
import { seeded } from './support/seeded.ts';
import { daySeconds, type Second } from './support/site-days.ts';

const rounds = Number(process.env['PINAKES_MONITOR_DAYS'] ?? 3);
const hour = 3600;

/** Failed sign-ins go up by two a second for five minutes; four of five feed loads are missing for ten. */
function injected(spike: number, dip: number) {
  return (second: Second, at: number): Second => ({
    ...second,
    signInFailures: second.signInFailures + (at >= spike && at < spike + 300 ? 2 : 0),
    feedLoads: at >= dip && at < dip + 600 ? Math.floor(second.feedLoads / 5) : second.feedLoads,
  });
}

const secondsAfter = (alert: Alert | undefined, second: number): number =>
  ((alert?.raisedAt ?? Number.NaN) - dayStart) / 1000 - second;

for (let round = 0; round < rounds; round += 1) {
  const seed = 100 + round;
  test(`a spike of failed sign-ins and a dip of feed loads are found within 10 s, with one false alarm at most (day ${seed})`, async (t) => {
    const random = seeded(seed);
    const spike = Math.floor(hour + random() * 10 * hour);
    const dip = Math.floor(12 * hour + random() * 11 * hour);
    const bed = await monitorBed(t, seed);
    const alerts = replay(bed, seed * 1000 + 999, injected(spike, dip));
    const told = alerts.map(
      ({ signal, title, raisedAt }) => `${signal} at ${(raisedAt - dayStart) / 1000}: ${title}`,
    );
    const of = (signal: string, from: number) =>
      alerts.find(
        (alert) =>
          alert.signal === signal && secondsAfter(alert, from) >= 0 && secondsAfter(alert, from) <= 10,
      );
    const [failures, loads] = [of('sign-in-failures', spike), of('feed-loads', dip)];
    assert.ok(failures, `the spike at ${spike}: ${told.join('; ')}`);
    assert.ok(loads, `the dip at ${dip}: ${told.join('; ')}`);
    assert.ok(alerts.length <= 3, told.join('; '));
    assert.deepEqual([failures.state, loads.state], ['resolved', 'resolved']);
    assert.ok(secondsAfter(failures, spike + 300) > 0 || failures.resolvedAt !== null);
    t.diagnostic(
      `found after ${secondsAfter(failures, spike)} s and ${secondsAfter(loads, dip)} s, ${alerts.length - 2} false`,
    );
  });
}

test('an ordinary day raises one false alarm at most', async (t) => {
  const bed = await monitorBed(t, 7);
  const alerts = replay(bed, 7999);
  assert.ok(alerts.length <= 1, alerts.map(({ title }) => title).join('; '));
  assert.equal(daySeconds, 86_400);
});

test('a Saturday unlike the week’s other days is no alarm after three weeks, and a dip on it is found', async (t) => {
  const start = Date.UTC(2026, 2, 7);
  const dip = 15 * hour;
  const bed = await monitorBed(t, { seed: 8, days: 21, start, hasWeekends: true });
  const alerts = replay(bed, 8999, injected(Number.POSITIVE_INFINITY, dip), true);
  assert.deepEqual(
    alerts.map(({ signal }) => signal),
    ['feed-loads'],
    alerts.map(({ title, raisedAt }) => `${title} at ${(raisedAt - start) / 1000}`).join('; '),
  );
  const after = ((alerts[0]?.raisedAt ?? 0) - start) / 1000 - dip;
  assert.ok(after >= 0 && after <= 20, `found after ${after} s`);
});
