import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { ConflictError, UnavailableError } from './errors.ts';
import { openSqlite, preparedIn, SqliteWriter } from './sqlite.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'pinakes-sqlite-'));
after(() => rmSync(folder, { recursive: true }));

const schema = ['create table notes (text text primary key) strict'];
const open = (name: string, steps: readonly string[] = schema): DatabaseSync =>
  openSqlite({ path: path.join(folder, name, 'file.db'), durability: 'process', schema: steps });
const texts = (db: DatabaseSync): unknown[] =>
  db
    .prepare('select text from notes order by text')
    .all()
    .map((row) => row['text']);

describe('openSqlite', () => {
  it('applies only the steps of the schema that a file lacks', () => {
    open('grows').close();
    const db = open('grows', [...schema, `insert into notes values ('second step')`]);
    assert.deepEqual(texts(db), ['second step']);
    db.close();
  });

  it('refuses a file that a newer program wrote', () => {
    open('newer', [...schema, 'create table more (id integer)']).close();
    assert.throws(() => open('newer'), UnavailableError);
  });

  it('leaves the file as it was when a step fails', () => {
    open('faulty').close();
    assert.throws(() => open('faulty', [...schema, `insert into notes values ('x'); nonsense`]));
    const db = open('faulty');
    assert.deepEqual(texts(db), []);
    db.close();
  });
});

describe('SqliteWriter', () => {
  const insertInto = (db: DatabaseSync) => (text: string) => () =>
    preparedIn(db)('insert into notes values (?)').run(text);

  it('commits writes of one turn together and answers each', async () => {
    const db = open('group');
    const writer = new SqliteWriter(db, 'the notebook');
    const insert = insertInto(db);
    const both = Promise.all([writer.run(insert('a')), writer.run(() => 7)]);
    assert.deepEqual(texts(db), []);
    assert.equal((await both)[1], 7);
    assert.deepEqual(texts(db), ['a']);
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
    db.close();
  });

  it('commits what waits when closed, and refuses later writes', async () => {
    const db = open('closed');
    const writer = new SqliteWriter(db, 'the notebook');
    const insert = insertInto(db);
    const waiting = writer.run(insert('a'));
    writer.close();
    assert.deepEqual(texts(db), ['a']);
    await waiting;
    await assert.rejects(writer.run(insert('b')), UnavailableError);
    db.close();
  });
});
