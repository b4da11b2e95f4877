import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { UnavailableError } from './errors.ts';
import { openSqlite } from './sqlite.ts';

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
