import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { describeIdBlocks } from './contract.ts';
import { openSqliteIdBlocks } from './sqlite.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'pinakes-id-blocks-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

for (const durability of ['process', 'power'] as const) {
  describeIdBlocks(`openSqliteIdBlocks honours the contract under ${durability}`, async () => {
    const options = { path: path.join(folder, `${files++}.sqlite`), durability };
    return { blocks: openSqliteIdBlocks(options), reopen: async () => openSqliteIdBlocks(options) };
  });
}
