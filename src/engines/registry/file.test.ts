import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { describeRegistry } from './contract.ts';
import type { RegistryPlace } from './contract-bed.ts';
import { openFileRegistry } from './file.ts';

const tempFolder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'pinakes-registry-'));

async function place(): Promise<RegistryPlace> {
  const folder = await tempFolder();
  const module = new URL('./file.ts', import.meta.url).href;
  return {
    open: () => openFileRegistry({ folder }),
    source: `import { openFileRegistry } from ${JSON.stringify(module)};
      const registry = await openFileRegistry(${JSON.stringify({ folder })});`,
    remove: () => rm(folder, { recursive: true }),
  };
}

describeRegistry('registry in a folder', place);

describe('registry in a folder', () => {
  it('keeps its files to its owner, and leaves only locks behind', async () => {
    const root = await tempFolder();
    const folder = path.join(root, 'run');
    const registry = await openFileRegistry({ folder });
    await registry.tryLock('data');
    await registry.announce({ role: 'api', pid: process.pid, address: 'x' });
    const names = await readdir(folder);
    assert.equal(names.length, 3);
    for (const name of names) assert.equal((await stat(path.join(folder, name))).mode & 0o777, 0o600, name);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    await registry.close();
    assert.deepEqual(await readdir(folder), ['data.lock']);
    await rm(root, { recursive: true });
  });

  it('removes an announcement that nobody stands behind, even if its process number lives on', async () => {
    const folder = await tempFolder();
    const registry = await openFileRegistry({ folder });
    const stale = { role: 'api', pid: process.pid, address: 'x' };
    await writeFile(path.join(folder, 'old.instance.json'), JSON.stringify(stale));
    assert.deepEqual(await registry.find('api'), []);
    assert.deepEqual(await readdir(folder), []);
    await rm(folder, { recursive: true });
  });

  it('keeps settings to their owner, in a folder of their own where one is given', async () => {
    const root = await tempFolder();
    const settings = path.join(root, 'settings');
    const registry = await openFileRegistry({ folder: path.join(root, 'run'), settings });
    await registry.setSetting('shards', 1, 0);
    assert.equal((await stat(settings)).mode & 0o777, 0o700);
    assert.equal((await stat(path.join(settings, 'shards.json'))).mode & 0o777, 0o600);
    assert.deepEqual((await readdir(settings)).toSorted(), ['shards.json', 'shards.lock']);
    await registry.close();
    await rm(root, { recursive: true });
  });

  it('says so when a setting was damaged, and does not write over it', async () => {
    const folder = await tempFolder();
    const registry = await openFileRegistry({ folder });
    await registry.setSetting('shards', 1, 0);
    await writeFile(path.join(folder, 'settings', 'shards.json'), '{"version":');
    await assert.rejects(registry.getSetting('shards'), /shards\.json cannot be read/);
    await assert.rejects(registry.setSetting('shards', 2, 1), UnavailableError);
    await registry.close();
    await rm(folder, { recursive: true });
  });

  it('says so when a lock cannot be made', async () => {
    const folder = await tempFolder();
    const registry = await openFileRegistry({ folder });
    await rm(folder, { recursive: true });
    await assert.rejects(registry.tryLock('data'), UnavailableError);
  });
});
