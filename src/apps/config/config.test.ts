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

test('metrics and traces go nowhere unless told, and the environment wins piece by piece', async (t) => {
  assert.deepEqual(loadConfig(readEnvironment({})).telemetry, {
    ...{ statsd: null, statsdListen: null, otlp: null },
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-config-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'config.json');
  await writeFile(file, JSON.stringify({ telemetry: { statsd: '[::1]:8125', otlp: 'http://otel:4318' } }));
  const given = { PINAKES_CONFIG: file, PINAKES_OTLP_SAMPLE: '0.1', PINAKES_STATSD_LISTEN: 'localhost:9125' };
  assert.deepEqual(loadConfig(readEnvironment(given)).telemetry, {
    statsd: { host: '::1', port: 8125 },
    statsdListen: { host: 'localhost', port: 9125 },
    otlp: { url: 'http://otel:4318', sample: 0.1 },
  });
  const refused = (variables: NodeJS.ProcessEnv, pattern: RegExp) =>
    assert.throws(() => loadConfig(readEnvironment(variables)), pattern);
  refused({ PINAKES_STATSD: 'localhost' }, /telemetry.statsd/);
  refused({ PINAKES_STATSD: 'localhost:70000' }, /statsd must be host:port/);
  refused({ PINAKES_OTLP: 'collector:4318' }, /telemetry.otlp/);
  refused({ PINAKES_OTLP_SAMPLE: '2' }, /PINAKES_OTLP_SAMPLE must be a number from 0 to 1/);
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

test('jobs are kept in the data folder, beside the shards, or on the server of PINAKES_QUEUE', () => {
  const placeAt = (queue: string) => loadConfig(readEnvironment({ PINAKES_QUEUE: queue })).queue;
  assert.deepEqual(loadConfig(readEnvironment({})).queue, { kind: 'sqlite' });
  assert.deepEqual(placeAt('shards'), { kind: 'shards' });
  const url = 'mysql://ada:pw@db.example:3306';
  assert.deepEqual(placeAt(url), { kind: 'mysql', url });
  for (const wrong of ['redis://db', 'tidb://db:4000', 'mysql:', 'somewhere'])
    assert.throws(() => placeAt(wrong), /PINAKES_QUEUE must be sqlite, shards or mysql:/);
});

test('mail needs a server and a sender, from the file or the environment', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-config-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'config.json');
  await writeFile(
    file,
    JSON.stringify({ mail: { url: 'smtp://a:b@one.example', from: 'pins@one.example' } }),
  );
  const PINAKES_SMTP_URL = 'smtps://two.example';
  assert.equal(loadConfig(readEnvironment({})).mail, null);
  assert.deepEqual(loadConfig(readEnvironment({ PINAKES_CONFIG: file, PINAKES_SMTP_URL })).mail, {
    url: PINAKES_SMTP_URL,
    from: 'pins@one.example',
  });
  const refused = (variables: NodeJS.ProcessEnv, words: RegExp) =>
    assert.throws(() => loadConfig(readEnvironment(variables)), words);
  refused({ PINAKES_SMTP_URL }, /PINAKES_MAIL_FROM must be set/);
  refused({ PINAKES_MAIL_FROM: 'a@b.example' }, /PINAKES_SMTP_URL must be set/);
  refused(
    { PINAKES_SMTP_URL: 'http://x', PINAKES_MAIL_FROM: 'a@b.example' },
    /PINAKES_SMTP_URL must be smtp/,
  );
  refused({ PINAKES_SMTP_URL, PINAKES_MAIL_FROM: 'a@b\nBcc: c@d.example' }, /PINAKES_MAIL_FROM/);
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
