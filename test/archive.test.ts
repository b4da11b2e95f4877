/** The archive and its questions: over HTTP, and from the command line to the process that holds the data. */
import assert from 'node:assert/strict';
import { glob, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { ArchiveRun, ArchiveStatus, ArchiveVerification } from '#services/archive/contract';
import type { QueryAnswer } from '#services/queries/contract';
import { photo } from './support/pictures.ts';
import { pinakes, pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

let folder: string;
let site: Site;
let owner: Visitor;
before(async () => {
  folder = await freshFolder();
  site = await startSiteIn(folder);
  owner = await site.member('ada');
  const board = await owner.board('Harbours');
  await owner.pin(board.id, await photo('boats'));
  await site.drain();
});
after(async () => {
  await site.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = (sql: string) => owner.expect<QueryAnswer>(200, 'POST', '/api/operations/query', { sql });

test('what happened is archived when asked for, and can be asked in SQL', async () => {
  const { events } = await owner.expect<ArchiveRun>(200, 'POST', '/api/operations/archive/run');
  assert.ok(events > 3);
  const { topics, error } = await owner.read<ArchiveStatus>('/api/operations/archive');
  assert.equal(error, null);
  assert.equal(
    topics.reduce((sum, { archived }) => sum + archived, 0),
    events,
  );
  assert.deepEqual(
    topics.map(({ waiting }) => waiting),
    [0, 0],
  );
  const { rows } = await ask(`select type, body ->> '$.name' from changes where type = 'board.created'`);
  assert.deepEqual(rows, [['board.created', 'Harbours']]);
});

test('passwords and sessions are not to be had by any question', async () => {
  const { rows } = await ask('select * from changes');
  assert.ok(rows.length > 3);
  assert.doesNotMatch(JSON.stringify(rows), /passwordHash|scrypt|tokenHash/i);
});

test('a question that may not be asked is refused by its field', async () => {
  const sql = `select * from read_text('${path.join(site.data, 'ids.sqlite')}')`;
  assertRefused(await owner.call('POST', '/api/operations/query', { sql }), 400, 'invalid_input', 'sql');
});

test('archive and questions are the owner’s alone', async () => {
  const member = await site.member('mila');
  for (const [method, at] of [
    ['GET', '/api/operations/archive'],
    ['POST', '/api/operations/archive/run'],
    ['GET', '/api/operations/query'],
    ['POST', '/api/operations/query'],
  ] as const) {
    const body = method === 'POST' ? { sql: 'select 1' } : undefined;
    assertRefused(await member.call(method, at, body), 403, 'forbidden');
    assertRefused(await site.visitor().call(method, at, body), 401, 'unauthenticated');
  }
});

test('the command line archives and asks', async () => {
  await owner.board('Lighthouses');
  await site.drain();
  const names = `select body ->> '$.name' as board from changes where type = 'board.created' order by happened_at`;
  const table = await pinakes(site.data, 'sql', names, '--fresh');
  assert.match(table.stdout, /^board *\nHarbours *\nLighthouses *\n2 rows/);
  const csv = await pinakes(site.data, 'sql', '--query', 'top-boards', '--csv');
  assert.equal(csv.stdout.trimEnd(), 'board,board_id,saves,closeups,impressions');
});

test('the command line says what is wrong, by its exit code too', async () => {
  const wrong = await pinakes(site.data, 'sql', 'drop table changes');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /sql must be a SELECT/);
  const sound = await site.app.services.archive.verify();
  assert.deepEqual(sound.problems, []);
  assert.equal(sound.compared, sound.events);
  const files = await Array.fromAsync(glob('**/*.parquet', { cwd: path.join(site.data, 'archive') }));
  await rm(path.join(site.data, 'archive', String(files[0])));
  const verified = await pinakesJson<ArchiveVerification>(site.data, 'archive', 'verify');
  assert.equal(verified.code, 1);
  assert.match(verified.json.problems.join(), /are in no file/);
});
