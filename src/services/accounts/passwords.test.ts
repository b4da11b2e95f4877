import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { Gate } from './gate.ts';
import { Passwords } from './passwords.ts';

const passwords = new Passwords({ memoryKiB: 19_456, passes: 2, concurrent: 2 });

describe('passwords', () => {
  it('verify against their own hash only, which is a PHC string with a fresh salt', async () => {
    const [first, second] = await Promise.all([
      passwords.hash('correct horse'),
      passwords.hash('correct horse'),
    ]);
    assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.notEqual(first, second);
    assert.equal(await passwords.verify('correct horse', first), true);
    assert.equal(await passwords.verify('correct horsf', first), false);
  });

  it('verify the same however the letters are composed', async () => {
    const stored = await passwords.hash('cafe\u0301 noir');
    assert.equal(await passwords.verify('caf\u00e9 noir', stored), true);
  });

  it('verify hashes of other costs by the cost that they state', async () => {
    const cheap = new Passwords({ memoryKiB: 64, passes: 1, concurrent: 1 });
    assert.equal(await passwords.verify('old password', await cheap.hash('old password')), true);
  });

  it('never match nothing, or what is no hash', async () => {
    for (const stored of [null, '', '$2b$10$abc', '$argon2id$v=19$m=19456,t=2,p=1$$']) {
      assert.equal(await passwords.verify('', stored), false);
    }
  });

  it('work off the event loop', async () => {
    let [turns, isDone] = [0, false];
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await passwords.hash('correct horse');
    isDone = true;
    assert.ok(turns > 5, `the loop turned ${turns} times`);
  });
});

describe('gate', () => {
  it('runs no more tasks at once than it lets through, and all of them in the end', async () => {
    const gate = new Gate(2, 10);
    let [running, most] = [0, 0];
    const task = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 9 }, () => gate.run(task)));
    assert.deepEqual([running, most], [0, 2]);
  });

  it('turns away who comes when too many wait, and goes on after a failure', async () => {
    const gate = new Gate(1, 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = gate.run(() => promise);
    const second = gate.run(async () => {
      throw new RangeError('failed');
    });
    await assert.rejects(
      gate.run(async () => 'third'),
      UnavailableError,
    );
    resolve();
    await first;
    await assert.rejects(second, RangeError);
    assert.equal(await gate.run(async () => 'fourth'), 'fourth');
  });
});
