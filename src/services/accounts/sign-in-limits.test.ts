import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';
import { RateLimitedError } from '#kernel/errors';
import { addressKey, SignInLimits } from './sign-in-limits.ts';

async function tries(count: number, attempt: () => Promise<void>): Promise<void> {
  for (let at = 0; at < count; at += 1) await attempt();
}

describe('sign-in limits', () => {
  let limits: SignInLimits;
  beforeEach(() => {
    limits = new SignInLimits({ perNameAndAddress: 5, perAddress: 8, perName: 12 });
  });

  it('refuse the sixth try of a name from an address, saying how long to wait', async () => {
    await tries(5, () => limits.signIn('ada', '192.0.2.1'));
    await assert.rejects(limits.signIn('ada', '192.0.2.1'), (error: unknown) => {
      assert.ok(error instanceof RateLimitedError);
      assert.ok(error.retryAfter >= 1 && error.retryAfter <= 60);
      return true;
    });
    await limits.signIn('ada', '192.0.2.2');
    await limits.signIn('bob', '192.0.2.1');
  });

  it('refuse an address that tries many names', async () => {
    let name = 0;
    await tries(8, () => limits.signIn(`name${++name}`, '192.0.2.1'));
    await assert.rejects(limits.signIn('another', '192.0.2.1'), RateLimitedError);
  });

  it('refuse a name that is tried from many addresses', async () => {
    let host = 0;
    await tries(12, () => limits.signIn('ada', `192.0.2.${++host}`));
    await assert.rejects(limits.signIn('ada', '198.51.100.1'), RateLimitedError);
  });

  it('start over for a name and address after a success, not for the address’s other tries', async () => {
    await tries(5, () => limits.signIn('ada', '192.0.2.1'));
    await limits.succeeded('ada', '192.0.2.1');
    await tries(4, () => limits.signIn('ada', '192.0.2.1'));
    await assert.rejects(limits.signIn('ada', '192.0.2.1'), RateLimitedError);
  });

  it('forget tries after a minute', async () => {
    mock.timers.enable({ apis: ['Date', 'setTimeout'] });
    try {
      await tries(5, () => limits.signIn('ada', '192.0.2.1'));
      await assert.rejects(limits.signIn('ada', '192.0.2.1'), RateLimitedError);
      mock.timers.tick(60_001);
      await limits.signIn('ada', '192.0.2.1');
    } finally {
      mock.timers.reset();
    }
  });
});

describe('addresses', () => {
  it('count by host for IPv4, mapped or not, and by network of 64 bits for IPv6', () => {
    assert.equal(addressKey('::ffff:192.0.2.1'), addressKey('192.0.2.1'));
    assert.equal(addressKey('2001:db8::1'), addressKey('2001:db8::ffff:1'));
    assert.notEqual(addressKey('2001:db8::1'), addressKey('2001:db8:0:1::1'));
    assert.equal(addressKey('nonsense'), addressKey(''));
  });
});
