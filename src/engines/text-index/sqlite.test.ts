import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { describeTextIndex } from './contract.ts';
import { textDocument, textId } from './contract-tools.ts';
import { openSqliteTextIndex } from './sqlite.ts';

const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-text-'));
after(() => rm(folder, { recursive: true }));
let files = 0;
const fresh = (): string => path.join(folder, `${files++}.db`);

describeTextIndex('SQLite text index', () => openSqliteTextIndex({ path: fresh() }));

describe('SQLite text index on disk', () => {
  const rose = { words: 'rose', kinds: ['pin'], audiences: ['public'], limit: 10 } as const;

  it('keeps everything over a restart: documents, tombstones, vocabulary, completions', async () => {
    const file = fresh();
    const first = await openSqliteTextIndex({ path: file });
    await first.index([textDocument(1, { title: 'rose' }), textDocument(2, { title: 'tulip', version: 4 })]);
    await first.remove([{ id: textId(2), version: 5 }]);
    await first.close();
    const second = await openSqliteTextIndex({ path: file });
    await second.index([textDocument(2, { title: 'tulip', version: 4 })]);
    assert.equal(await second.size(), 1);
    assert.equal((await second.query({ ...rose, words: 'rsoe' })).corrected, 'rose');
    assert.deepEqual(await second.suggest('r', ['public'], 5), ['rose']);
    await second.close();
  });

  it('answers queries while a long write goes on, and applies writes in the order of the calls', async () => {
    const index = await openSqliteTextIndex({ path: fresh() });
    const many = Array.from({ length: 3000 }, (_, i) => textDocument(i + 1, { title: `rose ${i}` }));
    const order: string[] = [];
    const writing = index.index(many).then(() => order.push('written'));
    const renaming = index.index([textDocument(3000, { title: 'tulip' })]).then(() => order.push('renamed'));
    const asking = index.query(rose).then(() => order.push('answered'));
    await Promise.all([writing, renaming, asking]);
    assert.deepEqual(order, ['answered', 'written', 'renamed']);
    assert.deepEqual((await index.query({ ...rose, words: 'tulip' })).matches.length, 1);
    await index.close();
  });

  it('fails to open what is no index of this release', async () => {
    const file = fresh();
    await writeFile(file, 'not a database at all, but long enough to be read as one'.repeat(100));
    await assert.rejects(openSqliteTextIndex({ path: file }), /text index/);
  });
});
