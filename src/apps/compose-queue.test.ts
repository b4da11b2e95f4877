import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { topologyOf } from '#apps/config/shards';
import { openFileRegistry } from '#engines/registry/file';
import type { Registry } from '#engines/registry/port';
import type { ShardRouter } from '#engines/shards/routing';
import type { Topology } from '#engines/shards/topology';
import { ConflictError } from '#kernel/errors';
import { openQueue } from './compose-queue.ts';

const job = { name: 'work', payload: {}, attempts: 1 };
const onMysql = (name: string) =>
  topologyOf({ backends: { [name]: { kind: 'mysql', primary: 'mysql://ada@127.0.0.1:1', replicas: [] } } });
const onFiles = topologyOf({ backends: { main: { kind: 'sqlite', folder: 'shards' } } });

describe('the queue of an installation', () => {
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
  const open = (queue: string | undefined, topology: Topology = onFiles) => {
    const variables = { PINAKES_DATA: data, PINAKES_DURABILITY: 'process', PINAKES_QUEUE: queue };
    // Of the shards, the map alone is looked at.
    return openQueue(loadConfig(readEnvironment(variables)), registry, { topology } as ShardRouter);
  };

  it('is a file in its data folder when nothing is said', async () => {
    const queue = await open(undefined);
    await queue.enqueue([job]);
    await queue.close();
    assert.ok((await readdir(data)).includes('queue.sqlite'));
  });

  it('is not left for another place while jobs in it are not done', async () => {
    const first = await open('sqlite');
    await first.enqueue([job]);
    await first.close();
    await assert.rejects(open('mysql://ada@127.0.0.1:1'), /queue\.sqlite holds 1 jobs/);
    const second = await open('sqlite');
    const [taken] = await second.dequeue(['work'], 1, 1000);
    await second.acknowledge(taken?.id ?? '', taken?.lease ?? '', {});
    await second.close();
    await (await open('mysql://ada@127.0.0.1:1')).close();
  });

  it('beside the shards stays with the engine that it began with, wherever shards go', async () => {
    await (await open('shards', onMysql('cellar'))).close();
    assert.deepEqual((await registry.getSetting('queue'))?.value, { backend: 'cellar' });
    await assert.rejects(open('shards', onMysql('attic')), /cellar, which is not in the map/);
    const both = {
      ...onMysql('attic'),
      backends: { ...onMysql('attic').backends, ...onMysql('cellar').backends },
    };
    await (await open('shards', both)).close();
  });

  it('cannot be beside shards that are files', async () => {
    await assert.rejects(open('shards'), ConflictError);
  });
});
