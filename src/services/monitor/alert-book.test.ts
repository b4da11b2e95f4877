import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertBook } from './alert-book.ts';
import type { Alert } from './contract.ts';
import { wordingOf } from './signals.ts';

const start = Date.UTC(2026, 2, 9);

/** A book that is told a deviation a second. */
function book() {
  const sent: string[] = [];
  const made = new AlertBook(wordingOf, ({ state, returns }: Alert) => sent.push(`${state} ${returns}`));
  let second = 0;
  const judge = (deviation: number | null, seconds = 1, isGrave = true) => {
    for (let i = 0; i < seconds; i += 1) {
      const at = start + second++ * 1000;
      made.judged('errors', { value: deviation ?? 0, expected: 0.01, deviation, isGrave }, at, at + 2000);
    }
    return made.stateOf('errors');
  };
  return { made, judge, sent, now: () => start + second * 1000 };
}

test('a fault must last two seconds, and what is not grave or not known yet is none', () => {
  const { judge, sent, made } = book();
  assert.equal(judge(9), 'pending');
  assert.equal(judge(0), 'calm');
  assert.equal(judge(99, 60, false), 'calm');
  assert.equal(judge(null, 60), 'calm');
  assert.equal(judge(9, 2), 'firing');
  assert.deepEqual(sent, ['firing 0']);
  const [alert] = made.alerts;
  assert.equal(alert?.startedAt, start + 122_000);
  assert.match(alert?.title ?? '', /^Errors: 900 % of requests, usually 1 % of requests$/);
});

test('it is over when it was well below for half a minute, not when it dips in between', () => {
  const { judge, sent, made } = book();
  judge(9, 2);
  assert.equal(judge(3, 120), 'firing', 'below the threshold is not yet calm');
  judge(0, 29);
  assert.equal(judge(3), 'firing');
  assert.equal(judge(0, 30), 'calm');
  assert.deepEqual(sent, ['firing 0', 'resolved 0']);
  assert.notEqual(made.alerts[0]?.resolvedAt, null);
});

test('what flaps is one alert and two messages; when it stays away for long, the next one is new', () => {
  const { judge, sent, made } = book();
  for (let flap = 0; flap < 5; flap += 1) {
    judge(9, 2);
    judge(0, 40);
  }
  assert.equal(made.alerts.length, 1);
  assert.equal(made.alerts[0]?.returns, 4);
  assert.deepEqual(sent, ['firing 0', 'resolved 0']);
  judge(0, 601);
  judge(9, 2);
  assert.equal(made.alerts.length, 2);
  assert.deepEqual(sent.slice(2), ['firing 0']);
});

test('what came back and lasts beyond the cooldown is sent after all', () => {
  const { judge, sent } = book();
  judge(9, 2);
  judge(0, 40);
  judge(9, 500);
  assert.equal(sent.length, 2);
  judge(9, 200);
  assert.deepEqual(sent, ['firing 0', 'resolved 0', 'firing 1']);
});

test('a silenced signal is shown and not sent; when the silence ends it is', () => {
  const { judge, sent, made, now } = book();
  made.silence('errors', now() + 60_000);
  assert.equal(judge(9, 30), 'firing');
  assert.deepEqual(sent, []);
  judge(9, 60);
  assert.deepEqual(sent, ['firing 0']);
});

test('the worst is remembered, an acknowledgement stays, and a restart knows all of it', () => {
  const { judge, made } = book();
  judge(9, 2);
  judge(20);
  judge(7);
  const [alert] = made.alerts;
  assert.equal(alert?.value, 20);
  made.acknowledge(alert?.id ?? '', start);
  made.silence('latency', start + 10_000);
  judge(8);
  assert.equal(made.alerts[0]?.acknowledgedAt, start);
  assert.throws(() => made.acknowledge('none', start), { code: 'not_found' });

  const next = new AlertBook(wordingOf, () => assert.fail('sent before'));
  next.restore(JSON.parse(JSON.stringify(made.toJson())));
  assert.deepEqual(next.alerts, made.alerts);
  assert.equal(next.stateOf('errors'), 'firing');
  assert.equal(next.silencedUntil('latency', start), start + 10_000);
  const hurt = new AlertBook(wordingOf, () => undefined);
  hurt.restore({ alerts: [{ id: 1 }, null], silences: 'none' });
  assert.deepEqual(hurt.alerts, []);
});
