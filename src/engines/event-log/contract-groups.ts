/** The event log's contract: groups whose members share the partitions of a topic, in one process and in several. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { ConflictError } from '#kernel/errors';
import { Child, type LogBed, numbered, Share } from './contract-bed.ts';
import type { GroupMember } from './port.ts';

/** Joins in a child and tells of what it has; commits what it is told to, and tells how that went. */
const joiningChild = `
  const held = new Set();
  const tell = () => say({ held: [...held].sort((a, b) => a - b) });
  const member = await log.join('readers', 'changes', {
    assigned(all) { for (const one of all) held.add(one); tell(); },
    async revoked(all) { for (const one of all) held.delete(one); tell(); },
    lost(all) { for (const one of all) held.delete(one); say({ lost: all }); },
  });
  for await (const line of heard) {
    const [partition, offset] = JSON.parse(line);
    await member.commit(partition, offset).then(
      () => say({ committed: [partition, offset] }),
      (error) => say({ refused: error.code }),
    );
  }`;

/** Reads what it is assigned, tells of it, commits. */
const readingChild = `
  let wake = () => {};
  log.onAppend(() => wake());
  const member = await log.join('readers', 'changes', {
    assigned(all) { say({ held: all }); wake(); },
    async revoked() {},
    lost() {},
  });
  for (;;) {
    let idle = true;
    for (const partition of member.partitions) {
      const from = await log.committed('readers', 'changes', partition);
      const events = await log.read('changes', partition, from, 20);
      if (events.length === 0) continue;
      idle = false;
      say({ read: events.map(({ value }) => value.n) });
      await member.commit(partition, events.at(-1).offset + 1).catch(() => {});
    }
    if (idle) await new Promise((resolve) => { wake = resolve; setTimeout(resolve, 200); });
  }`;

type Said = { held?: number[]; lost?: number[]; read?: number[]; committed?: number[]; refused?: string };
const lastHeld = (said: readonly unknown[]): number[] =>
  (said as readonly Said[]).findLast(({ held }) => held !== undefined)?.held ?? [];

/** Registers the tests. */
export function groupCases(bed: () => LogBed): void {
  const join = (share: Share, group = 'readers'): Promise<GroupMember> =>
    bed().log.join(group, 'changes', share);

  it('gives a single member every partition, and a second one half of them', async () => {
    const { log } = bed();
    const [a, b] = [new Share(), new Share()];
    const first = await join(a);
    await a.has(log.partitions);
    assert.deepEqual(
      first.partitions,
      Array.from({ length: log.partitions }, (_, i) => i),
    );
    const second = await join(b);
    await b.has(log.partitions / 2);
    assert.equal(a.held.size, log.partitions / 2);
    assert.deepEqual([...a.held, ...b.held].sort(), [...Array(log.partitions).keys()]);
    assert.deepEqual(second.partitions, [...b.held].sort());
    await first.leave();
    await b.has(log.partitions);
    assert.equal(a.held.size, 0);
    await first.leave();
  });

  it('keeps groups apart', async () => {
    const [a, b] = [new Share(), new Share()];
    await Promise.all([join(a), join(b, 'others')]);
    await Promise.all([a.has(bed().log.partitions), b.has(bed().log.partitions)]);
  });

  it('hands a partition over only after its owner has finished and committed', async () => {
    const { log } = bed();
    const [a, b] = [new Share(), new Share()];
    const first = await join(a);
    await a.has(log.partitions);
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<readonly number[]>();
    a.beforeRevoked = async (partitions) => {
      asked.resolve(partitions);
      await gate.promise;
      for (const partition of partitions) await first.commit(partition, 100 + partition);
    };
    await join(b);
    const moving = await asked.promise;
    assert.equal(b.held.size, 0);
    gate.resolve();
    await b.has(log.partitions / 2);
    assert.deepEqual([...b.held].sort(), [...moving]);
    for (const partition of moving)
      assert.equal(await log.committed('readers', 'changes', partition), 100 + partition);
  });

  it('refuses commits for what is not the own', async () => {
    const { log } = bed();
    const [a, b] = [new Share(), new Share()];
    const [first, second] = [await join(a), await join(b)];
    await Promise.all([a.has(log.partitions / 2), b.has(log.partitions / 2)]);
    const [mine = 0] = a.held;
    await first.commit(mine, 7);
    await assert.rejects(second.commit(mine, 8), ConflictError);
    await assert.rejects(log.commit('readers', 'changes', mine, 9), ConflictError);
    assert.equal(await log.committed('readers', 'changes', mine), 7);
    await first.leave();
    await second.leave();
    await assert.rejects(first.commit(mine, 10), ConflictError);
    await log.commit('readers', 'changes', mine, 11);
    assert.equal(await log.committed('readers', 'changes', mine), 11);
  });

  it('shares out evenly and never twice, whoever comes and goes', async () => {
    const { log } = bed();
    const moves = fc.array(fc.oneof(fc.constant('join' as const), fc.nat(9)), {
      minLength: 1,
      maxLength: 12,
    });
    let groups = 0;
    await fc.assert(
      fc.asyncProperty(moves, async (series) => {
        const group = `group-${groups++}`;
        const members: { share: Share; member: GroupMember }[] = [];
        for (const move of series) {
          if (move === 'join') {
            const share = new Share();
            members.push({ share, member: await join(share, group) });
          } else {
            const [one] = members.splice(move % Math.max(1, members.length), 1);
            await one?.member.leave();
          }
          const held = members.flatMap(({ share }) => [...share.held]);
          assert.equal(new Set(held).size, held.length);
        }
        const settled = async (): Promise<boolean> => {
          const sizes = members.map(({ share }) => share.held.size);
          const sum = sizes.reduce((a, b) => a + b, 0);
          return sum === log.partitions && Math.max(...sizes) - Math.min(...sizes) <= 1;
        };
        while (members.length > 0 && !(await settled())) await new Promise(setImmediate);
        for (const { member } of members) await member.leave();
      }),
      { numRuns: 15 },
    );
  });

  it('shares with another process, and takes all when that one is killed', async () => {
    const { log, made } = bed();
    const child = new Child(made, joiningChild);
    try {
      await child.until((said) => lastHeld(said).length === log.partitions);
      const share = new Share();
      await join(share);
      await share.has(log.partitions / 2);
      await child.until((said) => lastHeld(said).length === log.partitions / 2);
      const theirs = lastHeld(child.said);
      assert.deepEqual([...share.held, ...theirs].sort(), [...Array(log.partitions).keys()]);
      const [partition = 0] = theirs;
      child.tell(JSON.stringify([partition, 42]));
      await child.until((said) => (said as Said[]).some(({ committed }) => committed !== undefined));
      await child.kill();
      await share.has(log.partitions);
      assert.equal(await log.committed('readers', 'changes', partition), 42);
    } finally {
      await child.kill();
    }
  });

  it('takes the partitions of a process that hangs, and refuses its commits when it comes back', async () => {
    const { log, made } = bed();
    const child = new Child(made, joiningChild);
    try {
      await child.until((said) => lastHeld(said).length === log.partitions);
      child.signal('SIGSTOP');
      const share = new Share();
      await join(share);
      await share.has(log.partitions);
      child.tell(JSON.stringify([0, 42]));
      child.signal('SIGCONT');
      await child.until((said) => (said as Said[]).some(({ refused }) => refused === 'conflict'));
      await child.until((said) => lastHeld(said).length === log.partitions / 2);
      assert.ok((child.said as Said[]).some(({ lost }) => lost?.length === log.partitions));
      assert.equal(await log.committed('readers', 'changes', 0), 0);
    } finally {
      child.signal('SIGCONT');
      await child.kill();
    }
  });

  it('reaches readers in other processes, each event at least once, though one of them is killed', async () => {
    const { log, made } = bed();
    const children = [new Child(made, readingChild), new Child(made, readingChild)];
    const isRead = (said: readonly unknown[]): number[] => (said as Said[]).flatMap(({ read }) => read ?? []);
    try {
      for (const child of children) await child.until((said) => lastHeld(said).length > 0);
      const total = 600;
      for (let from = 0; from < total; from += 60) {
        await log.append(
          'changes',
          numbered(60, (i) => `key-${i}`).map(({ key }, i) => ({ key, value: { n: from + i } })),
        );
        if (from === 300) {
          await children[1]?.until((said) => isRead(said).length > 0);
          await children[1]?.kill();
        }
      }
      const seen = (): Set<number> => new Set(children.flatMap(({ said }) => isRead(said)));
      await children[0]?.until(() => seen().size === total);
      assert.deepEqual(
        [...seen()].sort((a, b) => a - b),
        [...Array(total).keys()],
      );
    } finally {
      for (const child of children) await child.kill();
    }
  });
}
