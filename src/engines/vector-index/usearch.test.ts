import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { contractDimensions, durableVectorIndexContract, vectorIndexContract } from './contract.ts';
import { openUsearchIndex } from './usearch.ts';

describe('openUsearchIndex', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-vectors-'));
  });
  after(() => rm(folder, { recursive: true }));

  let opened = 0;
  const open = (name: string) =>
    openUsearchIndex({ path: path.join(folder, name), dimensions: contractDimensions });
  vectorIndexContract('honours the vector index contract', () => open(`contract-${opened++}`));
  durableVectorIndexContract('honours the durable vector index contract', () => open('durable'));
});
