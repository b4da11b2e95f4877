import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserBatch } from '#services/actions/contract';
import { ActionQueue, type Sent } from './action-queue.ts';

type Told = Parameters<ActionQueue['add']>[0];

/** A queue on a map, with a server that answers as told. */
function bed(answers: (batch: BrowserBatch) => Sent | Promise<Sent> = () => 'taken') {
  const kept = new Map<string, string>();
  const batches: BrowserBatch[] = [];
  let tokens = 0;
  const open = () =>
    new ActionQueue({
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
      },
      async send(batch) {
        batches.push(batch);
        return answers(batch);
      },
      now: () => 1_700_000_000_000 + tokens,
      token: () => `token-${String(tokens++).padStart(16, '0')}`,
    });
  return { kept, batches, open };
}

const seen = (n: number): Told => ({
  type: 'impression',
  surface: 'home',
  pinId: `${n}` as Told['pinId'],
  rank: n,
});

test('actions go out in order, in batches of at most 200, each once', async () => {
  const { batches, open } = bed();
  const queue = open();
  for (let n = 0; n < 450; n++) queue.add(seen(n));
  await Promise.all([queue.flush(), queue.flush()]);
  assert.deepEqual(
    batches.map(({ actions }) => actions.length),
    [200, 200, 50],
  );
  const all = batches.flatMap(({ actions }) => actions);
  assert.deepEqual(
    all.map(({ rank }) => rank),
    Array.from({ length: 450 }, (_, n) => n),
  );
  assert.equal(new Set(all.map(({ id }) => id)).size, 450);
  assert.equal(new Set(batches.map(({ device }) => device)).size, 1);
  assert.deepEqual(queue.waiting(), []);
});

test('what the server could not take stays with its id, through a reload, until it is taken', async () => {
  let isOnline = false;
  const { batches, open } = bed(() => (isOnline ? 'taken' : 'later'));
  const first = open();
  first.add(seen(1));
  await first.flush();
  const second = open();
  second.add(seen(2));
  await second.flush();
  isOnline = true;
  await second.flush();
  assert.deepEqual(second.waiting(), []);
  const [ones, , both] = batches.map(({ actions }) => actions.map(({ id }) => id));
  assert.equal(both?.length, 2);
  assert.equal(both[0], ones?.[0]);
});

test('what the server refuses is dropped, so that it does not hold up the rest', async () => {
  const { batches, open } = bed(({ actions }) => (actions[0]?.rank === 0 ? 'refused' : 'taken'));
  const queue = open();
  for (let n = 0; n < 201; n++) queue.add(seen(n));
  await queue.flush();
  assert.equal(batches.length, 2);
  assert.deepEqual(queue.waiting(), []);
});

test('an action that comes while others are on their way is kept', async () => {
  let open: (sent: Sent) => void = () => {};
  const gate = new Promise<Sent>((resolve) => {
    open = resolve;
  });
  let first = true;
  const { batches, open: openQueue } = bed(() => {
    if (!first) return 'taken';
    first = false;
    return gate;
  });
  const queue = openQueue();
  queue.add(seen(1));
  const flushed = queue.flush();
  queue.add(seen(2));
  open('taken');
  await flushed;
  assert.deepEqual(
    batches.map(({ actions }) => actions.map(({ rank }) => rank)),
    [[1], [2]],
  );
});

test('the oldest give way over 500, and last words leave the queue as it is', () => {
  const { open } = bed();
  const queue = open();
  assert.equal(queue.lastWords(), undefined);
  for (let n = 0; n < 600; n++) queue.add(seen(n));
  assert.equal(queue.waiting()[0]?.rank, 100);
  assert.deepEqual(queue.lastWords()?.actions, queue.waiting().slice(-200));
  assert.equal(queue.waiting().length, 500);
});

test('a storage that is full, forbidden or full of nonsense harms nobody', async () => {
  const { kept, open } = bed();
  kept.set('pinakes.actions', '{nonsense');
  kept.set('pinakes.device', '"<script>"');
  const queue = open();
  queue.add(seen(1));
  await queue.flush();
  const refusing = () => {
    throw new DOMException('no', 'QuotaExceededError');
  };
  const closed = new ActionQueue({
    storage: { getItem: refusing, setItem: refusing },
    send: async () => 'taken',
    now: () => 0,
    token: () => 'token-0000000000000000',
  });
  closed.add(seen(1));
  await closed.flush();
  assert.deepEqual(closed.waiting(), []);
});
