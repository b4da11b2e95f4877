import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { loadConfig } from './config.ts';
import { readEnvironment } from './env.ts';

test('defaults listen on loopback port 3000 with data in ./data', () => {
  const config = loadConfig(readEnvironment({}));
  assert.equal(config.port, 3000);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.data, path.resolve('data'));
});

test('a variable wins over the file', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-config-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'config.json');
  await writeFile(file, JSON.stringify({ port: 4000, workers: 3, limits: { pixels: 20_000 } }));
  const config = loadConfig(readEnvironment({ PINAKES_CONFIG: file, PORT: '5000' }));
  assert.equal(config.port, 5000);
  assert.equal(config.workers, 3);
  assert.equal(config.limits.pixels, 20_000);
  assert.equal(config.limits.frames, 300);
});

test('a wrong value stops the start and names the variable', () => {
  assert.throws(() => loadConfig(readEnvironment({ PORT: 'often' })), /PORT must be a whole number/);
  assert.throws(() => loadConfig(readEnvironment({ PINAKES_DURABILITY: 'maybe' })), /durability/);
  assert.throws(() => loadConfig(readEnvironment({ PORT: '70000' })), /port/);
});

test('an unknown key in the file is refused', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-config-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'config.json');
  await writeFile(file, JSON.stringify({ prot: 4000 }));
  assert.throws(() => loadConfig(readEnvironment({ PINAKES_CONFIG: file })), /PINAKES_CONFIG cannot be used/);
});

test('shards of a new installation go into the data folder, or all to the server of PINAKES_SHARDS', () => {
  assert.equal(loadConfig(readEnvironment({})).shards, null);
  const url = 'mysql://ada:pw@db.example:3306';
  const { shards } = loadConfig(readEnvironment({ PINAKES_SHARDS: url }));
  assert.deepEqual(shards, {
    count: 4096,
    claimCount: 4096,
    backends: { main: { kind: 'mysql', primary: url, replicas: [] } },
    ranges: [{ from: 0, through: 4095, backend: 'main' }],
  });
  const tidb = loadConfig(readEnvironment({ PINAKES_SHARDS: 'tidb://ada@db:4000' })).shards;
  assert.deepEqual(tidb?.backends, { main: { kind: 'tidb', url: 'mysql://ada@db:4000' } });
});

test('an address of shards that cannot be one is refused, and so are ranges that leave shards out', async (t) => {
  for (const address of ['db.example', 'http://db', 'mysql:', 'mysql://', 'sqlite:']) {
    assert.throws(
      () => loadConfig(readEnvironment({ PINAKES_SHARDS: address })),
      /PINAKES_SHARDS must be mysql:/,
    );
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-config-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'config.json');
  const backends = { a: { kind: 'sqlite', folder: 'a' }, b: { kind: 'sqlite', folder: 'b' } };
  const load = async (shards: object) => {
    await writeFile(file, JSON.stringify({ shards }));
    return loadConfig(readEnvironment({ PINAKES_CONFIG: file })).shards;
  };
  const ranges = [
    { from: 0, through: 9, backend: 'a' },
    { from: 10, through: 63, backend: 'b' },
  ];
  assert.deepEqual(await load({ backends, ranges }), { count: 64, claimCount: 64, backends, ranges });
  await assert.rejects(load({ backends }), /ranges must say which/);
  await assert.rejects(load({ backends, ranges: ranges.slice(1) }), /must cover shard 0/);
});

test('the archive is in the data folder, in another, in a bucket, or turned off', () => {
  const archive = (variables: Record<string, string>) => loadConfig(readEnvironment(variables)).archive;
  const inData = { kind: 'folder', folder: path.resolve('d/archive') };
  assert.deepEqual(archive({ PINAKES_DATA: 'd' }), inData);
  assert.deepEqual(archive({ PINAKES_ARCHIVE: 'a' }), { kind: 'folder', folder: path.resolve('a') });
  assert.deepEqual(archive({ PINAKES_ARCHIVE: 'off' }), { kind: 'off' });
  const keys = { PINAKES_ARCHIVE_KEY: 'id', PINAKES_ARCHIVE_SECRET: 'secret' };
  const endpoint = { PINAKES_ARCHIVE_ENDPOINT: 'http://s3:8080' };
  assert.deepEqual(archive({ PINAKES_ARCHIVE: 's3://events/pinakes/', ...keys, ...endpoint }), {
    ...{ kind: 's3', bucket: 'events', prefix: 'pinakes/', endpoint: 'http://s3:8080', region: 'us-east-1' },
    keys: { id: 'id', secret: 'secret' },
  });
});

test('an archive that is half said stops the start and names the variable', () => {
  const load = (variables: Record<string, string>) => () => loadConfig(readEnvironment(variables));
  assert.throws(load({ PINAKES_ARCHIVE: 's3://A' }), /PINAKES_ARCHIVE must be/);
  assert.throws(
    load({ PINAKES_ARCHIVE: 's3://abc', PINAKES_ARCHIVE_KEY: 'id' }),
    /PINAKES_ARCHIVE_KEY needs/,
  );
  assert.throws(load({ PINAKES_ARCHIVE_ENDPOINT: 'ftp://x' }), /archiveEndpoint/);
});
