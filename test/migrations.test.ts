/** Shards moved to another engine under a running site: by command, and by the owner over HTTP. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { MigrationReport, MigrationStatus } from '#services/migrations/contract';
import { photo } from './support/pictures.ts';
import { pinakes, pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

interface Shards {
  readonly count: number;
  readonly backends: { name: string; kind: string; address: string; shards: number }[];
  readonly moving: { name: string; phase: string }[];
}

let folder: string;
let site: Site;
let owner: Visitor;
let member: Visitor;
before(async () => {
  folder = await freshFolder();
  site = await startSiteIn(folder);
  owner = await site.member('ada');
  member = await site.member('bob');
});
after(() => site.stop());

const target = () => `sqlite:${path.join(folder, 'elsewhere')}`;
const migrations = '/api/operations/migrations';

/** Uses the site until told to stop; answers how many boards were made, each of which must be there. */
function busy(): { stop(): Promise<number> } {
  let isOver = false;
  const work = (async () => {
    let made = 0;
    while (!isOver) {
      const board = await member.board(`Board ${made}`);
      made += 1;
      const { name } = await member.read<{ name: string }>(`/api/boards/${board.id}`);
      assert.equal(name, `Board ${made - 1}`);
      await member.read('/api/feed/home');
    }
    return made;
  })();
  return {
    stop() {
      isOver = true;
      return work;
    },
  };
}

test('a migration goes by itself while people use the site, with one document as its answer', async () => {
  const board = await owner.board('Harbours');
  await owner.pin(board.id, await photo('boats'));
  const people = busy();
  const words = ['migrate', 'start', '--to', target(), '--auto', '--name', 'out'];
  const { code, json } = await pinakesJson<MigrationStatus>(site.data, ...words);
  const made = await people.stop();
  assert.deepEqual([code, json.name, json.phase, json.moved, json.error], [0, 'out', 'backup', 64, null]);
  assert.ok(made > 0);
  const { json: report } = await pinakesJson<MigrationReport>(site.data, 'migrate', 'report');
  assert.deepEqual([report.failed, report.found, report.cutovers.count], [0, 0, 64]);
  assert.ok(report.rows > 0 && report.bytes > 0 && report.shards === 64);
  const { json: shards } = await pinakesJson<Shards>(site.data, 'shards', 'status');
  assert.deepEqual(
    shards.backends.map((one) => [one.name, one.kind, one.shards]),
    [
      ['main', 'sqlite', 0],
      ['sqlite-1', 'sqlite', 64],
    ],
  );
  assert.deepEqual(shards.moving, [{ name: 'out', to: 'sqlite-1', phase: 'backup' }]);
});

test('the owner watches and directs it over HTTP; nobody else may', async () => {
  for (const [visitor, status, code] of [
    [site.visitor(), 401, 'unauthenticated'],
    [member, 403, 'forbidden'],
  ] as const) {
    assertRefused(await visitor.get(migrations), status, code);
    assertRefused(await visitor.get(`${migrations}/out`), status, code);
    assertRefused(await visitor.get(`${migrations}/out/report`), status, code);
    for (const act of ['advance', 'rollback', 'finish'])
      assertRefused(await visitor.post(`${migrations}/out/${act}`, {}), status, code);
  }
  const { items } = await owner.read<{ items: MigrationStatus[] }>(migrations);
  assert.deepEqual(
    items.map(({ name, phase, shards }) => [name, phase, shards]),
    [['out', 'backup', []]],
  );
  const status = await owner.read<MigrationStatus>(`${migrations}/out`);
  assert.equal(status.shards.length, 64);
  assert.ok(status.shards.every(({ stage, clean }) => stage === 'moved' && clean));
  assertRefused(await owner.get(`${migrations}/none`), 404, 'not_found');
  assertRefused(await owner.post(`${migrations}/out/advance`, {}), 409, 'conflict');
  assertRefused(await owner.post(`${migrations}/out/advance`, { percent: 101 }), 400, 'invalid_input');
  const turned = await owner.post<MigrationStatus>(`${migrations}/out/advance`, { percent: 50 });
  assert.deepEqual([turned.status, turned.body.phase, turned.body.percent], [200, 'cutover', 50]);
  assert.equal((await site.app.services.migrations.settled('out')).moved, 32);
});

test('a site finds its shards on both sides after a restart, and is sound', async () => {
  site = await site.restart();
  [owner, member] = [owner.at(site.url), member.at(site.url)];
  const status = await owner.read<MigrationStatus>(`${migrations}/out`);
  assert.deepEqual([status.phase, status.moved], ['cutover', 32]);
  const board = await owner.board('Lighthouses');
  await owner.pin(board.id, await photo('plant'));
  const { code, stdout } = await pinakes(site.data, 'doctor');
  assert.equal(code, 0, stdout);
});

test('it is taken back with all that was written since', async () => {
  const people = busy();
  const { json } = await pinakesJson<MigrationStatus>(site.data, 'migrate', 'rollback');
  await people.stop();
  assert.deepEqual([json.phase, json.moved], ['rolled-back', 0]);
  const { code, stdout } = await pinakes(site.data, 'doctor');
  assert.equal(code, 0, stdout);
});

test('some shards are moved to the end, and the site goes on without a server running too', async () => {
  await site.close();
  const words = ['shards', 'move', '0-3', '9', '--to', target(), '--drop'];
  const { code, json } = await pinakesJson<MigrationStatus>(site.data, ...words);
  assert.deepEqual([code, json.phase, json.shards.length], [0, 'finished', 5]);
  const { json: shards } = await pinakesJson<Shards>(site.data, 'shards', 'status');
  assert.deepEqual(
    shards.backends.map((one) => [one.name, one.shards]),
    [
      ['main', 59],
      ['sqlite-1', 5],
    ],
  );
  const { json: status } = await pinakesJson<MigrationStatus>(site.data, 'migrate', 'status');
  assert.equal(status.phase, 'finished');
  site = await startSiteIn(folder);
  assert.ok((await owner.at(site.url).read<{ items: unknown[] }>('/api/feed/home')).items.length > 0);
});

test('bad usage is told from what cannot be done', async () => {
  const bad = [
    ['migrate'],
    ['migrate', 'start'],
    ['migrate', 'start', '--to', 'http://db'],
    ['migrate', 'start', '--to', 'nowhere'],
    ['migrate', 'start', '--to', target(), '--shards', 'all'],
    ['migrate', 'start', '--to', target(), '--shards', '0-64'],
    ['migrate', 'advance', '--percent', '101'],
    ['shards', 'move', '--to', target()],
  ];
  for (const words of bad) {
    const { code, stdout, stderr } = await pinakes(site.data, ...words);
    assert.deepEqual([code, stdout], [2, ''], `${words.join(' ')}: ${stderr}`);
  }
  for (const words of [['advance'], ['rollback'], ['finish', 'none']]) {
    const { code, stderr } = await pinakes(site.data, 'migrate', ...words);
    assert.equal(code, 1, words.join(' '));
    assert.match(stderr, /no such migration/);
  }
  const nowhere = 'mysql://nobody:secret@127.0.0.1:1';
  const { code, stderr } = await pinakes(site.data, 'migrate', 'start', '--to', nowhere);
  assert.equal(code, 1);
  assert.match(stderr, /does not answer/);
  assert.doesNotMatch(stderr, /secret/);
});
