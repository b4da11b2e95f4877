/**
 * A producer and a consumer that are killed again and again: what was acknowledged is counted, and everything once. Six rounds;
 * PINAKES_TEST_ROUNDS sets another number.
 */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openSegmentLog } from '#engines/event-log/segments';
import { openSqliteTallies } from '#engines/tallies/sqlite';
import { systemClock } from '#kernel/clock';
import { killAfter } from './support/kill-after.ts';
import { freshFolder } from './support/site.ts';

const rounds = Number(process.env['PINAKES_TEST_ROUNDS'] ?? 6);
const batch = 20;
const subjects = 5;
let folder: string;
before(async () => {
  folder = await freshFolder();
});
after(() => rm(folder, { recursive: true, force: true }));

const moduleAt = (name: string): string => new URL(`../src/engines/${name}.ts`, import.meta.url).href;
const logOptions = { durability: 'process', segmentBytes: 60_000, partitions: 4, heartbeatMs: 50 } as const;

const opening = (follow: boolean): string => `
  import { openSegmentLog } from '${moduleAt('event-log/segments')}';
  import { openSqliteTallies } from '${moduleAt('tallies/sqlite')}';
  import { writeSync } from 'node:fs';
  const say = (value) => writeSync(1, JSON.stringify(value) + '\\n');
  const options = ${JSON.stringify({ ...logOptions, follow })};
  const folder = ${JSON.stringify(folder)};
  const log = await openSegmentLog({ ...options, folder: folder + '/log', clock: { now: () => Date.now() } });`;

/** Sends what was not acknowledged again, under the same ids, as a browser does; then more. */
const producer = (from: number): string => `${opening(false)}
  for (let n = ${from}; ; n += ${batch}) {
    const events = Array.from({ length: ${batch} }, (_, i) => {
      const id = 'event-' + (n + i);
      return { key: 'actor-' + (n + i) % 17, value: { id, at: Date.now(), subject: 's' + (n + i) % ${subjects} } };
    });
    await log.append('actions', events);
    say(n + ${batch});
  }`;

/** Counts, then commits: what a death comes between is counted again, and must not count twice. */
const consumer = (): string => `${opening(true)}
  const tallies = openSqliteTallies({ path: folder + '/tallies.sqlite', durability: 'process' });
  const member = await log.join('analytics', 'actions', { assigned() {}, async revoked() {}, lost() {} });
  for (;;) {
    for (const partition of member.partitions) {
      const from = await log.committed('analytics', 'actions', partition);
      const events = await log.read('actions', partition, from, 37);
      if (events.length === 0) continue;
      await tallies.add(events.map(({ value }) => ({ ...value, group: '', kind: 'seen' })));
      await member.commit(partition, events.at(-1).offset + 1);
    }
    say('looked');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }`;

const lines = (most: number): number => 1 + Math.floor(Math.random() * most);

async function killInTurn(): Promise<number> {
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const works = [];
    const pick = Math.random();
    if (round === 0 || pick < 0.7) {
      // The last batch may have been acknowledged and not said so: it is sent again in any case.
      const from = Math.max(0, acknowledged - batch);
      works.push(
        killAfter(producer(from), lines(40)).then((said) => {
          acknowledged = Math.max(acknowledged, Number(said.at(-1)));
        }),
      );
    }
    if (pick > 0.3) works.push(killAfter(consumer(), lines(30)));
    await Promise.all(works);
  }
  return acknowledged;
}

test('counts in are counts out, whoever is killed when', async () => {
  const acknowledged = await killInTurn();
  assert.ok(acknowledged > 0);
  const log = await openSegmentLog({ ...logOptions, folder: path.join(folder, 'log'), clock: systemClock });
  const tallies = openSqliteTallies({ path: path.join(folder, 'tallies.sqlite'), durability: 'process' });
  const member = await log.join('analytics', 'actions', {
    assigned() {},
    async revoked() {},
    lost() {},
  });
  while (member.partitions.length < log.partitions) await nextTurn();
  const ids = new Map<string, string>();
  for (const partition of member.partitions) {
    const all = await log.read('actions', partition, 0, 1_000_000);
    const values = all.map(({ value }) => value as { id: string; at: number; subject: string });
    for (const { id, subject } of values) ids.set(id, subject);
    const from = await log.committed('analytics', 'actions', partition);
    assert.ok(from <= all.length);
    await tallies.add(values.slice(from).map((value) => ({ ...value, group: '', kind: 'seen' })));
  }
  for (let n = 0; n < acknowledged; n++) assert.ok(ids.has(`event-${n}`), `event-${n} was acknowledged`);
  const span = { from: 0, through: 1_000_000 };
  for (let s = 0; s < subjects; s++) {
    const days = await tallies.ofSubject(`s${s}`, span);
    const counted = days.reduce((sum, { kinds }) => sum + (kinds.get('seen') ?? 0), 0);
    assert.equal(counted, [...ids.values()].filter((subject) => subject === `s${s}`).length);
  }
  await log.close();
  await tallies.close();
});
