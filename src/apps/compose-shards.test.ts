import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { embeddedTopology, topologyOf } from '#apps/config/shards';
import { openFileRegistry } from '#engines/registry/file';
import type { Registry } from '#engines/registry/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import type { Topology } from '#engines/shards/topology';
import { UnavailableError } from '#kernel/errors';
import { encodeId } from '#kernel/ids';
import { silentLog } from '#kernel/log';
import { areFiles, openShards } from './compose-shards.ts';

const pin = encodeId({ shard: 3, type: 1, local: 1 });

describe('the shards of an installation', () => {
  let data = '';
  let registry: Registry;
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'pinakes-compose-'));
    registry = await openFileRegistry({ folder: path.join(data, 'run') });
  });
  afterEach(async () => {
    await registry.close();
    await rm(data, { recursive: true });
  });
  const open = (shards: Topology | null = null) => {
    const config = loadConfig(readEnvironment({ PINAKES_DATA: data, PINAKES_DURABILITY: 'process' }));
    return openShards({ ...config, shards }, registry, silentLog);
  };
  const map = async () => (await registry.getSetting('shards'))?.value;
  const elsewhere = topologyOf({ count: 8, backends: { main: { kind: 'sqlite', folder: 'elsewhere' } } });

  it('are 64 in its data folder when nothing is said', async () => {
    const shards = await open();
    await shards.commit(3, [{ kind: 'put', id: pin, data: {} }]);
    await shards.close();
    assert.deepEqual(await readdir(path.join(data, 'shards')), ['00003.sqlite', 'shards.json']);
    assert.deepEqual(await map(), embeddedTopology);
  });

  it('stay where an older version put them, whatever is configured', async () => {
    const folder = path.join(data, 'shards');
    const old = await openSqliteShards({ folder, durability: 'process' });
    await old.commit(3, [{ kind: 'put', id: pin, data: {} }]);
    await old.close();
    const shards = await open(elsewhere);
    assert.equal((await shards.getMany([pin])).size, 1);
    await shards.close();
    assert.deepEqual(await map(), embeddedTopology);
  });

  it('go where a new one is told, and stay there when that is said no more', async () => {
    const first = await open(elsewhere);
    await first.commit(3, [{ kind: 'put', id: pin, data: {} }]);
    await first.close();
    const again = await open();
    assert.equal(again.count, 8);
    assert.equal((await again.getMany([pin])).size, 1);
    await again.close();
    assert.deepEqual((await readdir(data)).toSorted(), ['elsewhere', 'run']);
  });

  it('are not bound to a server that does not answer at the first start', async () => {
    const primary = 'mysql://nobody@127.0.0.1:1';
    const nowhere = topologyOf({ backends: { main: { kind: 'mysql', primary, replicas: [] } } });
    await assert.rejects(open(nowhere), UnavailableError);
    assert.equal(await map(), undefined);
    await (await open(elsewhere)).close();
    assert.deepEqual(await map(), elsewhere);
  });

  it('are files until one of them stands on a server', () => {
    const primary = 'mysql://nobody@127.0.0.1:1';
    const both: Topology['backends'] = {
      ...elsewhere.backends,
      there: { kind: 'mysql', primary, replicas: [] },
    };
    assert.ok(areFiles(elsewhere));
    assert.ok(areFiles({ ...elsewhere, backends: both }));
    const ranges = [
      { from: 0, through: 3, backend: 'main' },
      { from: 4, through: 7, backend: 'there' },
    ];
    assert.ok(!areFiles({ ...elsewhere, backends: both, ranges }));
  });
});
