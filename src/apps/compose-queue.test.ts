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
import type { Topology } from '#engines/shards/topology';
import { ConflictError } from '#kernel/errors';
import { silentLog } from '#kernel/log';
import { openQueue } from './compose-queue.ts';
import type { KnownShard } from './job-shards.ts';

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
    return openQueue(loadConfig(readEnvironment(variables)), {
      registry,
      shards: { topology },
      log: silentLog,
    });
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

  const numbers = async () => {
    const book = (await registry.getSetting('queue'))?.value as { shards?: KnownShard[] } | undefined;
    return (book?.shards ?? []).map(({ name, number }) => [name, number]);
  };
  const onBoth = (...names: string[]) => ({
    ...onFiles,
    backends: Object.assign({}, ...names.map((name) => onMysql(name).backends)) as Topology['backends'],
  });

  it('on the shards is on every engine of the map, each with a number that stays', async () => {
    await (await open('shards', onBoth('cellar', 'attic'))).close();
    assert.deepEqual(await numbers(), [
      ['cellar', 0],
      ['attic', 1],
    ]);
    await (await open('shards', onBoth('attic', 'barn', 'cellar'))).close();
    assert.deepEqual(await numbers(), [
      ['cellar', 0],
      ['attic', 1],
      ['barn', 2],
    ]);
  });

  it('goes on with the jobs of the one engine that it was on before', async () => {
    await registry.setSetting('queue', { backend: 'cellar' }, 0);
    await assert.rejects(open('shards', onMysql('attic')), /cellar, which is not in the map/);
    await (await open('shards', onBoth('attic', 'cellar'))).close();
    assert.deepEqual(await numbers(), [
      ['cellar', 0],
      ['attic', 1],
    ]);
  });

  it('keeps an engine that has left the map for as long as it may have jobs', async () => {
    await (await open('shards', onBoth('cellar', 'attic'))).close();
    await (await open('shards', onMysql('attic'))).close();
    assert.deepEqual(await numbers(), [
      ['cellar', 0],
      ['attic', 1],
    ]);
  });

  it('is the file where all shards are files, and lets go of it once they are not and it is worked off', async () => {
    const before = await open('sqlite');
    await before.enqueue([job]);
    await before.close();
    const first = await open('shards');
    const [taken] = await first.dequeue(['work'], 1, 1000);
    await first.acknowledge(taken?.id ?? '', taken?.lease ?? '', {});
    await first.enqueue([job]);
    await first.close();
    const second = await open('shards', onMysql('attic'));
    assert.deepEqual(await numbers(), [
      ['queue.sqlite', 0],
      ['attic', 1],
    ]);
    const [last] = await second.dequeue(['work'], 1, 1000);
    await second.acknowledge(last?.id ?? '', last?.lease ?? '', {});
    await second.close();
    await (await open('shards', onMysql('attic'))).close();
    assert.deepEqual(await numbers(), [['attic', 1]]);
  });

  it('is not begun on shards while jobs are left in a file that is none of them', async () => {
    const first = await open('sqlite');
    await first.enqueue([job]);
    await first.close();
    await assert.rejects(open('shards', onMysql('attic')), /queue\.sqlite holds 1 jobs/);
  });

  it('cannot be on shards that are all on TiDB', async () => {
    const onTidb = topologyOf({ backends: { main: { kind: 'tidb', url: 'mysql://ada@127.0.0.1:1' } } });
    await assert.rejects(open('shards', onTidb), ConflictError);
  });
});
