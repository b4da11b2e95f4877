/** What every adapter of the registry port must do. Run by each adapter's test with a place of its own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { childThat, kill, type RegistryPlace } from './contract-bed.ts';
import { settingCases } from './contract-settings.ts';
import type { Registry } from './port.ts';

/** Runs the suite; `makePlace` is asked for an empty place before each test. */
export function describeRegistry(name: string, makePlace: () => Promise<RegistryPlace>): void {
  describe(name, () => {
    let place: RegistryPlace;
    let registry: Registry;
    let other: Registry;
    beforeEach(async () => {
      place = await makePlace();
      registry = await place.open();
      other = await place.open();
    });
    afterEach(async () => {
      await registry.close();
      await other.close();
      await place.remove();
    });
    const instance = (role: string, address = 'http://127.0.0.1:1') => ({ role, pid: process.pid, address });

    it('gives a lock to one at a time', async () => {
      const lock = await registry.tryLock('data');
      assert.equal(lock?.name, 'data');
      assert.equal(await other.tryLock('data'), undefined);
      assert.equal(await registry.tryLock('data'), undefined);
      assert.equal(await other.tryLock('data'), undefined);
      assert.ok(await other.tryLock('index'));
      await lock?.[Symbol.asyncDispose]();
      await lock?.[Symbol.asyncDispose]();
      assert.ok(await other.tryLock('data'));
    });

    it('has one winner when many ask for a lock at once', async () => {
      const asked = Array.from({ length: 10 }, (_, i) => (i % 2 ? registry : other).tryLock('data'));
      assert.equal((await Promise.all(asked)).filter((lock) => lock !== undefined).length, 1);
    });

    it('refuses senseless lock names', async () => {
      for (const name of ['', '../data', 'a b', 'x'.repeat(65)]) {
        await assert.rejects(registry.tryLock(name), InvalidInputError);
      }
    });

    it('frees a lock when the process that holds it is killed', async () => {
      const child = await childThat(
        place,
        `if (!(await registry.tryLock('data'))) throw new Error('taken');`,
      );
      assert.equal(await registry.tryLock('data'), undefined);
      await kill(child);
      assert.ok(await registry.tryLock('data'));
    });

    it('finds the living instances of a role', async () => {
      const first = await registry.announce(instance('api', '/run/a.sock'));
      await other.announce(instance('api', 'http://127.0.0.1:2'));
      await other.announce(instance('worker'));
      const found = await registry.find('api');
      const byAddress = found.toSorted((a, b) => a.address.localeCompare(b.address));
      assert.deepEqual(byAddress, [instance('api', '/run/a.sock'), instance('api', 'http://127.0.0.1:2')]);
      assert.deepEqual(await registry.find('web'), []);
      await first[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      assert.deepEqual(await other.find('api'), [instance('api', 'http://127.0.0.1:2')]);
    });

    it('forgets instances whose process is killed', async () => {
      const announce = `await registry.announce({ role: 'api', pid: process.pid, address: 'x' });`;
      const child = await childThat(place, announce);
      assert.deepEqual(await registry.find('api'), [{ role: 'api', pid: child.pid, address: 'x' }]);
      await kill(child);
      assert.deepEqual(await registry.find('api'), []);
    });

    it('frees everything when it is closed, and then answers nothing', async () => {
      await registry.tryLock('data');
      await registry.announce(instance('api'));
      await registry.close();
      await registry.close();
      assert.deepEqual(await other.find('api'), []);
      assert.ok(await other.tryLock('data'));
      await assert.rejects(registry.tryLock('more'), UnavailableError);
      await assert.rejects(registry.announce(instance('api')), UnavailableError);
      await assert.rejects(registry.find('api'), UnavailableError);
    });

    describe('settings', () => settingCases(() => ({ registry, other, place })));
  });
}
