/** The site as its owner watches it: a snapshot, frames as they come, alerts. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Alert, Frame, SignalView, Snapshot } from '#services/monitor/contract';
import { pinakes, pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

const past: Alert = {
  ...{ id: 'alert-of-yesterday', signal: 'errors', state: 'resolved', title: 'Errors: 9 % of requests' },
  ...{
    startedAt: Date.now() - 7_200_000,
    raisedAt: Date.now() - 7_198_000,
    resolvedAt: Date.now() - 7_000_000,
  },
  ...{ value: 0.09, expected: 0.001, returns: 1, acknowledgedAt: null, sent: true },
};

let site: Site;
let owner: Visitor;
before(async () => {
  const folder = await freshFolder();
  await mkdir(path.join(folder, 'data', 'derived'), { recursive: true });
  await writeFile(
    path.join(folder, 'data', 'derived', 'monitor.json'),
    JSON.stringify({ version: 1, signals: {}, book: { alerts: [past], silences: [] } }),
  );
  site = await startSiteIn(folder);
  owner = await site.member('ada');
});
after(() => site.stop());

/** Frames as an event source gets them, until `enough` or the end. */
async function frames(visitor: Visitor, enough: (frame: Frame) => boolean): Promise<Frame[]> {
  const abort = new AbortController();
  const answer = await fetch(`${site.url}/api/operations/live/stream`, {
    headers: { cookie: visitor.cookie ?? '' },
    signal: abort.signal,
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  const got: Frame[] = [];
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) if (event.startsWith('data: ')) got.push(JSON.parse(event.slice(6)));
    const last = got.at(-1);
    if (last && enough(last)) break;
  }
  abort.abort();
  return got;
}

test('what happens shows in the next frames', async () => {
  const watching = frames(owner, ({ figures }) => (figures['signInFailures'] ?? 0) > 0);
  // Whatever second it is, one of these is after the stream was opened.
  const trying = setInterval(() => {
    void site.visitor().post('/api/sessions', { name: 'ada', password: 'wrong password' });
  }, 300);
  const got = await watching.finally(() => clearInterval(trying));
  const last = got.at(-1);
  assert.ok((last?.figures['requests'] ?? 0) > 0);
  assert.ok((last?.figures['p99'] ?? 0) > 0);
  const names = last?.signals.map(({ name, state }) => `${name} ${state}`);
  assert.deepEqual(names?.slice(0, 2), ['sign-in-failures learning', 'feed-loads learning']);
  assert.ok(last?.consumers.some(({ name }) => name === 'words'));
});

test('the snapshot has five minutes by the second and an hour by ten seconds', async () => {
  const { seconds, hour, signals, alerts, startedAt } = await owner.read<Snapshot>('/api/operations/live');
  assert.deepEqual([seconds.stepMs, seconds.series['requests']?.length], [1000, 300]);
  assert.deepEqual([hour.stepMs, hour.series['p99']?.length], [10_000, 360]);
  assert.equal(seconds.series['requests']?.[0], null);
  assert.equal(signals.length, 6);
  assert.deepEqual(
    alerts.map(({ id }) => id),
    [past.id],
  );
  assert.ok(startedAt <= Date.now());
});

test('only the owner sees the stream, and may say anything of alerts', async () => {
  const member = await site.member('mila');
  const answers = (visitor: Visitor) =>
    Promise.all([
      visitor.get('/api/operations/live/stream'),
      visitor.post(`/api/operations/alerts/${past.id}/acknowledge`, {}),
      visitor.post('/api/operations/alerts/silence', { signal: 'errors', minutes: 1 }),
    ]);
  for (const answer of await answers(member)) assertRefused(answer, 403, 'forbidden');
  for (const answer of await answers(site.visitor())) assertRefused(answer, 401, 'unauthenticated');
});

test('alerts are acknowledged and signals silenced, over the API and on the command line', async () => {
  const { body } = await owner.post<Alert>(`/api/operations/alerts/${past.id}/acknowledge`, {});
  assert.ok(body.acknowledgedAt !== null);
  assertRefused(await owner.post('/api/operations/alerts/none/acknowledge', {}), 404, 'not_found');
  const silence = (more: object) => owner.post<SignalView>('/api/operations/alerts/silence', more);
  assert.ok(((await silence({ signal: 'errors', minutes: 5 })).body.silencedUntil ?? 0) > Date.now());
  assert.equal((await silence({ signal: 'errors', minutes: 0 })).body.silencedUntil, null);
  assertRefused(await silence({ signal: 'weather', minutes: 5 }), 400, 'invalid_input', 'signal');
  assertRefused(await silence({ signal: 'errors', minutes: 1e6 }), 400, 'invalid_input', 'minutes');

  const listed = await pinakesJson<{ alerts: Alert[] }>(site.data, 'alerts');
  assert.deepEqual(listed.json.alerts, [{ ...past, acknowledgedAt: body.acknowledgedAt }]);
  const silenced = await pinakesJson<SignalView>(
    site.data,
    'alerts',
    'silence',
    'latency',
    '--minutes',
    '10',
  );
  assert.ok((silenced.json.silencedUntil ?? 0) > Date.now());
  const { code, stderr } = await pinakes(site.data, 'alerts', 'silence', 'weather');
  assert.equal(code, 2, stderr);
  assert.match(stderr, /signal must be equal to one of the allowed values/);
});

test('a stop ends open streams at once, and what the owner said is known after it', async () => {
  const { promise: seen, resolve } = Promise.withResolvers<void>();
  const watching = frames(owner, () => {
    resolve();
    return false;
  });
  await seen;
  site = await site.restart();
  await watching;
  const { signals } = await owner.at(site.url).read<Snapshot>('/api/operations/live');
  assert.ok((signals.find(({ name }) => name === 'latency')?.silencedUntil ?? 0) > Date.now());
});
