/** The registry's contract: values that all processes share. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConflictError, InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import { childThat, kill, type RegistryPlace } from './contract-bed.ts';
import type { Registry, Setting } from './port.ts';

interface Bed {
  readonly registry: Registry;
  readonly other: Registry;
  readonly place: RegistryPlace;
}

/** Remembers what a watcher hears, and lets a test wait until it has heard a version. */
class Ear {
  readonly heard: Setting[] = [];
  #wanted = 0;
  #reached: (() => void) | undefined;

  readonly listen = (setting: Setting): void => {
    this.heard.push(setting);
    if (setting.version >= this.#wanted) this.#reached?.();
  };

  /** Resolves when a value of this version or a newer one has been heard. */
  async until(version: number): Promise<void> {
    if ((this.heard.at(-1)?.version ?? 0) >= version) return;
    this.#wanted = version;
    await new Promise<void>((resolve) => {
      this.#reached = resolve;
    });
  }
}

/** Registers the tests. */
export function settingCases(bed: () => Bed): void {
  it('gives back what was written, at version 1 and one more with every write', async () => {
    const { registry, other } = bed();
    assert.equal(await registry.getSetting('shards'), undefined);
    const value = { text: 'ü “\n', list: [1, 2.5, null, true], deep: { a: {} } };
    assert.equal(await registry.setSetting('shards', value, 0), 1);
    assert.deepEqual(await other.getSetting('shards'), { version: 1, value });
    assert.equal(await other.setSetting('shards', null, 1), 2);
    assert.deepEqual(await registry.getSetting('shards'), { version: 2, value: null });
    assert.equal(await registry.getSetting('others'), undefined);
  });

  it('refuses a write that expects another version, and changes nothing', async () => {
    const { registry, other } = bed();
    await assert.rejects(registry.setSetting('shards', 'a', 1), ConflictError);
    await registry.setSetting('shards', 'a', 0);
    for (const expect of [0, 2, -1, Number.NaN])
      await assert.rejects(other.setSetting('shards', 'b', expect), ConflictError);
    assert.deepEqual(await registry.getSetting('shards'), { version: 1, value: 'a' });
  });

  it('has one winner when many write at once', async () => {
    const { registry, other } = bed();
    const writes = Array.from({ length: 20 }, (_, i) => (i % 2 ? registry : other).setSetting('dial', i, 0));
    const outcomes = await Promise.allSettled(writes);
    const won = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    assert.equal(won.length, 1);
    assert.deepEqual(await registry.getSetting('dial'), { version: 1, value: won[0] });
  });

  it('counts up without losing a write when several processes retry on conflict', async () => {
    const { registry, place } = bed();
    const countUp = `for (let n = 0; n < 20; ) {
      const { version = 0, value = 0 } = (await registry.getSetting('dial')) ?? {};
      await registry.setSetting('dial', value + 1, version).then(() => n++, (error) => {
        if (error.code !== 'conflict') throw error;
      });
    }`;
    const children = await Promise.all([childThat(place, countUp), childThat(place, countUp)]);
    assert.deepEqual(await registry.getSetting('dial'), { version: 40, value: 40 });
    await Promise.all(children.map(kill));
  });

  it('keeps a value over the death of the process that wrote it', async () => {
    const { registry, place } = bed();
    await kill(await childThat(place, `await registry.setSetting('shards', { count: 64 }, 0);`));
    assert.deepEqual(await registry.getSetting('shards'), { version: 1, value: { count: 64 } });
    assert.equal(await registry.setSetting('shards', { count: 65 }, 1), 2);
  });

  it('tells watchers of new values, whichever process writes them, and not of the present one', async () => {
    const { registry, other, place } = bed();
    await registry.setSetting('shards', 'before', 0);
    const [near, far] = [new Ear(), new Ear()];
    await registry.watchSetting('shards', near.listen);
    await other.watchSetting('shards', far.listen);
    await registry.setSetting('others', 'of no concern', 0);
    await registry.setSetting('shards', 'here', 1);
    await Promise.all([near.until(2), far.until(2)]);
    const child = await childThat(place, `await registry.setSetting('shards', 'there', 2);`);
    await Promise.all([near.until(3), far.until(3)]);
    await kill(child);
    const values = ({ heard }: Ear): Json[] => heard.map(({ value }) => value);
    assert.deepEqual(
      [values(near), values(far)],
      [
        ['here', 'there'],
        ['here', 'there'],
      ],
    );
  });

  it('tells watchers the last of a quick series, versions going up', async () => {
    const { registry, other } = bed();
    const ear = new Ear();
    await registry.watchSetting('dial', ear.listen);
    for (let n = 0; n < 30; n++) await other.setSetting('dial', n, n);
    await ear.until(30);
    const versions = ear.heard.map(({ version }) => version);
    assert.deepEqual(
      versions,
      [...new Set(versions)].sort((a, b) => a - b),
    );
    assert.deepEqual(ear.heard.at(-1), { version: 30, value: 29 });
  });

  it('stops telling who stopped listening, and goes on for the others', async () => {
    const { registry } = bed();
    const [first, second] = [new Ear(), new Ear()];
    const watch = await registry.watchSetting('dial', first.listen);
    await registry.watchSetting('dial', second.listen);
    await registry.setSetting('dial', 1, 0);
    await watch[Symbol.asyncDispose]();
    await watch[Symbol.asyncDispose]();
    await registry.setSetting('dial', 2, 1);
    await second.until(2);
    assert.deepEqual([first.heard.length, second.heard.length], [1, 2]);
  });

  it('refuses senseless names and values that are too long', async () => {
    const { registry } = bed();
    for (const name of ['', '../shards', 'a b', 'x'.repeat(65)]) {
      await assert.rejects(registry.getSetting(name), InvalidInputError);
      await assert.rejects(registry.setSetting(name, 1, 0), InvalidInputError);
      await assert.rejects(
        registry.watchSetting(name, () => undefined),
        InvalidInputError,
      );
    }
    await assert.rejects(registry.setSetting('dial', 'x'.repeat(4_000_001), 0), InvalidInputError);
    assert.equal(await registry.getSetting('dial'), undefined);
  });

  it('answers nothing after it is closed', async () => {
    const { registry } = bed();
    await registry.close();
    await assert.rejects(registry.getSetting('dial'), UnavailableError);
    await assert.rejects(registry.setSetting('dial', 1, 0), UnavailableError);
    await assert.rejects(
      registry.watchSetting('dial', () => undefined),
      UnavailableError,
    );
  });
}
