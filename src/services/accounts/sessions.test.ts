import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { shardOf } from '#kernel/ids';
import { SavesBed } from '../../../test/support/saves-bed.ts';

const device = { userAgent: 'test', address: '192.0.2.1' };
const minute = 60_000;

describe('sessions whose shard does not answer', () => {
  let bed: SavesBed;
  let token: string;
  let shard: number;
  beforeEach(async () => {
    bed = await SavesBed.open(Math.random);
    const session = await bed.now.accounts.signUp({ name: 'ada', password: 'correct horse' }, device);
    token = session.token;
    shard = shardOf(session.me.id);
  });
  afterEach(() => bed.close());
  const authenticate = () => bed.now.accounts.authenticate(token);

  it('hold for a quarter of an hour when they are known', async () => {
    assert.ok(await authenticate());
    bed.faulty.set(shard, 'dark');
    for (let passed = 0; passed < 15; passed += 1) {
      assert.ok(await authenticate(), `after ${passed} minutes`);
      bed.clock.advance(minute);
    }
    bed.clock.advance(1);
    await assert.rejects(authenticate(), UnavailableError);
    bed.faulty.heal(shard);
    assert.ok(await authenticate());
  });

  it('are not believed when they are not known', async () => {
    await bed.reborn();
    bed.faulty.set(shard, 'dark');
    await assert.rejects(authenticate(), UnavailableError);
  });

  it('end as soon as their shard tells so', async () => {
    const known = await authenticate();
    assert.ok(known);
    bed.faulty.set(shard, 'dark');
    bed.clock.advance(minute);
    assert.ok(await authenticate());
    bed.faulty.heal(shard);
    await bed.real.commit(shard, [{ kind: 'remove', id: known.sessionId }]);
    bed.clock.advance(minute);
    assert.equal(await authenticate(), undefined);
  });
});
