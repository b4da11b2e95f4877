import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from './contract.ts';
import { createMailOutlet, createWebhookOutlet } from './outlets.ts';

const firing: Alert = {
  ...{
    id: 'one',
    signal: 'errors',
    state: 'firing',
    title: 'Errors: 9 % of requests, usually 0.1 % of requests',
  },
  ...{ startedAt: Date.UTC(2026, 2, 9, 12), raisedAt: Date.UTC(2026, 2, 9, 12, 0, 4), resolvedAt: null },
  ...{ value: 0.09, expected: 0.001, returns: 0, acknowledgedAt: null, sent: true },
};
const over: Alert = { ...firing, state: 'resolved', resolvedAt: Date.UTC(2026, 2, 9, 12, 5) };

test('mail says in its subject what is off, and in its text since when and where to look', async () => {
  const sent: { to: string; subject: string; text: string; key?: string }[] = [];
  const outlet = createMailOutlet(
    { send: async (one) => sent.push(one) },
    'ada@example.org',
    'https://pins/operations/live',
  );
  await outlet.deliver(firing);
  await outlet.deliver(over);
  assert.deepEqual(
    sent.map(({ to, subject }) => [to, subject]),
    [
      ['ada@example.org', 'Alert: Errors: 9 % of requests, usually 0.1 % of requests'],
      ['ada@example.org', 'Over: Errors: 9 % of requests, usually 0.1 % of requests'],
    ],
  );
  assert.match(
    sent[0]?.text ?? '',
    /Began {3}2026-03-09 12:00:00 UTC\nRaised {2}2026-03-09 12:00:04 UTC\n\nhttps/,
  );
  assert.match(sent[1]?.text ?? '', /Over {4}2026-03-09 12:05:00 UTC/);
  assert.notEqual(sent[0]?.key, sent[1]?.key);
});

test('other programs hear of the beginning and of the end, each with a key of its own', async () => {
  const told: unknown[][] = [];
  const outlet = createWebhookOutlet({ announce: async (...one) => told.push(one) });
  await outlet.deliver(firing);
  await outlet.deliver(over);
  assert.deepEqual(told, [
    ['alert.raised', { ...firing }, 'alert-one-firing-0'],
    ['alert.resolved', { ...over }, 'alert-one-resolved-0'],
  ]);
});
