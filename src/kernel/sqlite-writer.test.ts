import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { fileCalls } from '../../test/support/file-calls.ts';
import { ConflictError, UnavailableError } from './errors.ts';
import { type Durability, openSqlite, preparedIn } from './sqlite.ts';
import { SqliteWriter } from './sqlite-writer.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'pinakes-sqlite-writer-'));
after(() => rmSync(folder, { recursive: true }));

const texts = (db: DatabaseSync): unknown[] =>
  db
    .prepare('select text from notes order by text')
    .all()
    .map((row) => row['text']);
const insertInto = (db: DatabaseSync) => (text: string) => () =>
  preparedIn(db)('insert into notes values (?)').run(text);

for (const durability of ['process', 'power'] satisfies Durability[]) {
  const open = (name: string): DatabaseSync =>
    openSqlite({
      path: path.join(folder, `${name}-${durability}.db`),
      durability,
      schema: ['create table notes (text text primary key) strict'],
    });

  describe(`SqliteWriter under ${durability}`, () => {
    it('commits writes of one turn together and answers each', async () => {
      const db = open('group');
      const writer = new SqliteWriter(db, 'the notebook');
      const insert = insertInto(db);
      const both = Promise.all([writer.run(insert('a')), writer.run(() => 7)]);
      assert.deepEqual(texts(db), []);
      assert.equal((await both)[1], 7);
      assert.deepEqual(texts(db), ['a']);
      writer.close();
      db.close();
    });

    it('lets only the faulty write of a group fail', async () => {
      const db = open('faults');
      const writer = new SqliteWriter(db, 'the notebook');
      const insert = insertInto(db);
      const refuse = (): never => {
        throw new ConflictError('taken');
      };
      const [, refused, twin] = await Promise.allSettled(
        [insert('a'), refuse, insert('a'), insert('b')].map((work) => writer.run<unknown>(work)),
      );
      assert.ok(refused?.status === 'rejected' && refused.reason instanceof ConflictError);
      assert.ok(twin?.status === 'rejected' && twin.reason instanceof UnavailableError);
      assert.deepEqual(texts(db), ['a', 'b']);
      writer.close();
      db.close();
    });

    it('takes writes while others are on their way to the disk', async () => {
      const db = open('stream');
      const writer = new SqliteWriter(db, 'the notebook');
      const insert = insertInto(db);
      const chains = Array.from({ length: 10 }, async (_, chain) => {
        for (let n = 0; n < 20; n++) await writer.run(insert(`${chain}-${n}`));
      });
      await Promise.all(chains);
      assert.equal(texts(db).length, 200);
      writer.close();
      db.close();
    });

    it('commits unsynced writes without a sync, which the next write or settling makes up for', async () => {
      const db = open('unsynced');
      const writer = new SqliteWriter(db, 'the notebook');
      const insert = insertInto(db);
      const syncs = durability === 'power' ? 1 : 0;
      assert.equal(await fileCalls(() => writer.settle()), 0);
      assert.equal(await fileCalls(() => writer.runUnsynced(insert('a'))), 0);
      assert.deepEqual(texts(db), ['a']);
      assert.equal(await fileCalls(() => writer.settle()), syncs);
      assert.equal(await fileCalls(() => writer.settle()), 0);
      const both = () => Promise.all([writer.runUnsynced(insert('b')), writer.run(insert('c'))]);
      assert.equal(await fileCalls(both), syncs);
      assert.deepEqual(texts(db), ['a', 'b', 'c']);
      assert.equal(await fileCalls(() => writer.settle()), 0);
      await assert.rejects(writer.runUnsynced(insert('a')), UnavailableError);
      writer.close();
      db.close();
    });

    it('moves a log that has grown into its file between two commits, and keeps everything', async () => {
      const db = open('grown');
      const writer = new SqliteWriter(db, 'the notebook');
      const insert = insertInto(db);
      const page = 'x'.repeat(4000);
      for (let n = 0; n < 2500; n += 1) await writer.run(insert(`${n} ${page}`));
      const file = db.location() ?? '';
      assert.ok(statSync(`${file}-wal`).size < 3000 * 4096);
      assert.ok(statSync(file).size > 1000 * 4096);
      writer.close();
      db.close();
      const again = open('grown');
      assert.equal(texts(again).length, 2500);
      assert.equal(again.prepare('pragma integrity_check').get()?.['integrity_check'], 'ok');
      again.close();
    });

    it('commits what waits when closed, and refuses later writes', async () => {
      const db = open('closed');
      const writer = new SqliteWriter(db, 'the notebook');
      const insert = insertInto(db);
      const onItsWay = writer.run(insert('a'));
      await new Promise(setImmediate);
      const waiting = writer.run(insert('b'));
      writer.close();
      writer.close();
      assert.deepEqual(texts(db), ['a', 'b']);
      db.close();
      await Promise.all([onItsWay, waiting]);
      await assert.rejects(writer.run(insert('c')), UnavailableError);
    });
  });
}
