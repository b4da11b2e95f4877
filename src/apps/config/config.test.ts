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
