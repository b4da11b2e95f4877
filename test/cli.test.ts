/** The command line, as processes of its own. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from '#kernel/schema';
import type { Me } from '#services/accounts/contract';
import type { BoardView } from '#services/boards/contract';
import type { Live, Planned } from '#services/capacity/contract';
import type { ImportReport } from '#services/imports/contract';
import type { PinView } from '#services/pins/contract';
import { truncated } from './support/bad-pictures.ts';
import { type CollectedPicture, writeCollection } from './support/collection.ts';
import { photo, photoPath, softPicture } from './support/pictures.ts';
import { pinakes, pinakesJson, startPinakes } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { assertRefused } from './support/visitor.ts';

const total = 12;
let folder: string;
let data: string;
let photos: string;
let pictures: CollectedPicture[];
before(async () => {
  folder = await freshFolder();
  data = path.join(folder, 'data');
  photos = path.join(folder, 'photos');
  pictures = await writeCollection(photos, total);
});
after(() => rm(folder, { recursive: true, force: true }));

interface Results {
  readonly results: { id: string; title: string; board: string; score: number }[];
}
interface Sound {
  readonly sound: boolean;
}

test('bad usage is exit code 2, with help on standard error and nothing on standard output', async () => {
  const bad = [
    ['nonsense'],
    ['import'],
    ['import', photos, '--board-by', 'colour'],
    ['import', photos, '--unknown'],
    ['search'],
    ['search', 'pie', '--limit', '0'],
    ['search', 'pie', '--image', 'x.jpg'],
    ['eval'],
    ['rebuild'],
    ['shards'],
    ['shards', 'plan', '--people', 'many'],
  ];
  for (const words of bad) {
    const { code, stdout, stderr } = await pinakes(data, ...words);
    assert.equal(code, 2, `${words.join(' ')}: ${stderr}`);
    assert.equal(stdout, '', words.join(' '));
    assert.notEqual(stderr, '');
  }
});

test('help is exit code 0', async () => {
  const { code, stdout } = await pinakes(data, '--help');
  assert.equal(code, 0);
  for (const command of ['start', 'import', 'search', 'eval', 'rebuild', 'doctor', 'shards'])
    assert.match(stdout, new RegExp(command));
});

let link = '';

test('the first import makes the owner, prints a sign-in link, and imports everything on boards', async () => {
  const { code, json, stderr } = await pinakesJson<ImportReport>(
    data,
    'import',
    photos,
    '--board-by',
    'category',
  );
  assert.equal(code, 0, stderr);
  assert.deepEqual([json.imported, json.skipped, json.failed], [total, 0, 0]);
  link = /https?:\/\/\S+\/signin\?token=(\S+)/.exec(stderr)?.[1] ?? '';
  assert.notEqual(link, '', stderr);
});

test('importing again imports nothing twice', async () => {
  const { code, json } = await pinakesJson<ImportReport>(data, 'import', photos, '--board-by', 'category');
  assert.equal(code, 0);
  assert.deepEqual([json.imported, json.skipped, json.failed], [0, total, 0]);
});

test('searching by words finds by title, in the agreed form', async () => {
  const wanted = pictures[4];
  const { code, json } = await pinakesJson<Results>(data, 'search', 'Sample', '4', '--limit', '5');
  assert.equal(code, 0);
  assert.equal(json.results[0]?.title, wanted?.title);
  assert.equal(json.results[0]?.board, wanted?.category);
  assert.deepEqual(Object.keys(json.results[0] ?? {}).sort(), ['board', 'id', 'score', 'title']);
});

test('searching by a picture finds it first', async () => {
  const wanted = pictures[7];
  const { json } = await pinakesJson<Results>(
    data,
    'search',
    '--image',
    path.join(photos, wanted?.file ?? ''),
  );
  assert.equal(json.results[0]?.title, wanted?.title);
  assert.ok((json.results[0]?.score ?? 0) > 0.95);
});

test('without --json a person reads lines', async () => {
  const { code, stdout } = await pinakes(data, 'search', 'birds');
  assert.equal(code, 0);
  assert.match(stdout, /Sample 0 of birds/);
  assert.throws(() => JSON.parse(stdout));
});

test('what cannot be read is bad input, what fails is exit code 1', async () => {
  assert.equal((await pinakes(data, 'import', path.join(folder, 'missing'))).code, 2);
  assert.equal((await pinakes(data, 'rebuild', 'nonsense')).code, 2);
  assert.equal((await pinakes(data, 'eval', 'visual', path.join(folder, 'missing'))).code, 2);
  assert.equal((await pinakes(data, 'import', photos, '--as', 'nobody')).code, 1);
  const image = path.join(folder, 'text.jpg');
  await writeFile(image, 'not a picture');
  const { code, stdout, stderr } = await pinakes(data, 'search', '--image', image, '--json');
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^pinakes: /m);
  assert.doesNotMatch(stderr, /\bat .+:\d+:\d+/, 'no stack');
});

test('a broken picture is counted, explained and exit code 1, and the others are imported', async () => {
  const mixed = path.join(folder, 'mixed');
  await mkdir(mixed);
  await writeFile(path.join(mixed, 'a.jpg'), await softPicture(1));
  await writeFile(path.join(mixed, 'b.jpg'), 'a text');
  // Passes for a picture until it is decoded.
  await writeFile(path.join(mixed, 'c.jpg'), truncated(await photo('boats')));
  const { code, json, stderr } = await pinakesJson<ImportReport>(data, 'import', mixed);
  assert.equal(code, 1);
  assert.deepEqual([json.imported, json.failed], [1, 2]);
  assert.deepEqual(json.failures.map(({ file }) => file).sort(), ['b.jpg', 'c.jpg']);
  assert.match(stderr, /b\.jpg: .*picture/);
  assert.match(stderr, /c\.jpg: .*picture/);
});

test('everything derived is rebuilt, and the doctor finds all sound', async () => {
  const rebuilt = await pinakesJson<{ rebuilt: { name: string; events: number }[] }>(data, 'rebuild', 'all');
  assert.equal(rebuilt.code, 0, rebuilt.stderr);
  const names = rebuilt.json.rebuilt.map(({ name }) => name);
  for (const name of ['words', 'vectors', 'counters', 'feeds']) assert.ok(names.includes(name), name);
  assert.ok(rebuilt.json.rebuilt.every(({ events }) => events > total));
  const doctor = await pinakesJson<Sound>(data, 'doctor');
  assert.deepEqual([doctor.code, doctor.json.sound], [0, true], JSON.stringify(doctor.json));
  const found = await pinakesJson<Results>(data, 'search', 'bridges');
  assert.equal(found.json.results.length, total / 3);
});

interface PlanAnswer extends Planned {
  readonly live: Live;
}

test('shards are planned from what there is, in words and as JSON', async () => {
  const { code, json } = await pinakesJson<PlanAnswer>(
    data,
    'shards',
    'plan',
    '--growth',
    '20',
    '--months',
    '3',
  );
  assert.equal(code, 0);
  assert.deepEqual([json.input.people, json.sources.people, json.sources.growth], [1, 'live', 'given']);
  assert.equal(json.live.skew.people.total, 1);
  assert.equal(json.plan.months.length, 4);
  const words = await pinakes(data, 'shards', 'plan', '--people', '1e6', '--growth', '30');
  assert.equal(words.code, 0, words.stderr);
  for (const expected of [/64 shards: 0–63 on main/, /people +1,000,000 +given/, /gives shards to/])
    assert.match(words.stdout, expected);
});

type Refused = readonly [flag: string, value: string, words: RegExp];

async function assertNotPlanned([flag, value, words]: Refused): Promise<void> {
  const { code, stdout, stderr } = await pinakes(data, 'shards', 'plan', flag, value);
  assert.deepEqual([code, stdout], [2, ''], `${flag} ${value}: ${stderr}`);
  assert.match(stderr, words);
}

test('shards are not planned from figures that cannot be', async () => {
  await assertNotPlanned(['--people', '0', /people must be >= 1/]);
  await assertNotPlanned(['--fill', 'much', /must be a number/]);
});

test('this machine is measured once and remembered', async () => {
  const measured = await pinakesJson<PlanAnswer>(data, 'shards', 'plan', '--measure');
  assert.equal(measured.code, 0, measured.stderr);
  assert.equal(measured.json.sources.writesPerSecond, 'measured');
  assert.ok(measured.json.rates.writesPerSecond > 100);
  const again = await pinakesJson<PlanAnswer>(data, 'shards', 'plan');
  assert.deepEqual(again.json.rates, measured.json.rates);
  assert.deepEqual(
    (await readdir(path.join(data, 'cache'))).filter((name) => name.startsWith('trial')),
    [],
  );
});

test('quality is measured on a folder of classes', async () => {
  const classes = path.join(folder, 'classes');
  for (const name of ['boats', 'cat'] as const) {
    await mkdir(path.join(classes, name), { recursive: true });
    await copyFile(photoPath(name), path.join(classes, name, 'a.jpg'));
    await copyFile(photoPath(name), path.join(classes, name, 'b.jpg'));
  }
  const { code, json } = await pinakesJson<Record<string, number>>(data, 'eval', 'visual', classes);
  assert.equal(code, 0);
  assert.deepEqual([json['images'], json['classes'], json['p1']], [4, 2, 1]);
});

test('two processes cannot hold one data folder', async () => {
  const first = startPinakes(data, ['import', photos]);
  await new Promise<void>((resolve) => first.onNote((line) => line.startsWith('Importing') && resolve()));
  first.child.kill('SIGSTOP');
  const second = await pinakes(data, 'doctor');
  first.child.kill('SIGCONT');
  assert.equal(second.code, 1);
  assert.match(second.stderr, /another process is using .+data/);
  assert.equal((await first.finished).code, 0);
  assert.equal((await pinakes(data, 'doctor')).code, 0);
});

test('with a server on the folder every command runs in it', async (t) => {
  const site: Site = await startSiteIn(path.dirname(data));
  t.after(() => site.close());
  const stranger = site.visitor();

  await t.test('a second server is told so', async () => {
    const { code, stderr } = await startPinakes(data, ['start']).finished;
    assert.equal(code, 1);
    assert.match(stderr, /another process is using/);
  });
  await t.test('the one-time link signs the owner in once', async () => {
    const owner = site.visitor();
    const me = await owner.expect<Me>(200, 'POST', '/api/sessions/token', { token: link });
    assert.deepEqual([me.role, me.hasPassword], ['owner', false]);
    assertRefused(await stranger.post('/api/sessions/token', { token: link }), 401, 'unauthenticated');
    const boards = await owner.read<Page<BoardView>>('/api/me/boards');
    assert.deepEqual(boards.items.map(({ name }) => name).sort(), ['birds', 'bread', 'bridges', 'mixed']);
    await owner.expect(204, 'PUT', '/api/me/password', { next: 'a password of my own' });
  });
  await t.test('credits of imported pictures are shown', async () => {
    const found = await stranger.read<{ pins: PinView[] }>('/api/search?q=Sample+4');
    assert.deepEqual(found.pins[0]?.credit, { author: 'Author 4', source: null, licence: 'CC0' });
  });
  await t.test('--as imports for somebody else', async () => {
    await site.member('mila');
    const { code, json } = await pinakesJson<ImportReport>(data, 'import', photos, '--as', 'mila');
    assert.deepEqual([code, json.imported], [0, total]);
    const page = await stranger.read<Page<PinView>>('/api/users/mila/pins?limit=100');
    assert.equal(page.items.length, total);
  });
  await t.test('search, rebuild, doctor and eval answer as without a server', async () => {
    const found = await pinakesJson<Results>(data, 'search', 'Sample', '4');
    assert.equal(found.json.results[0]?.title, pictures[4]?.title);
    const image = await pinakesJson<Results>(
      data,
      'search',
      '--image',
      path.join(photos, pictures[2]?.file ?? ''),
    );
    assert.equal(image.json.results[0]?.title, pictures[2]?.title);
    assert.equal((await pinakesJson(data, 'rebuild', 'words')).code, 0);
    assert.equal((await pinakesJson<Sound>(data, 'doctor')).json.sound, true);
    assert.equal((await pinakesJson(data, 'eval', 'visual', path.join(folder, 'classes'))).code, 0);
    assert.equal((await pinakes(data, 'rebuild', 'nonsense')).code, 2);
    assert.equal((await pinakes(data, 'import', path.join(folder, 'missing'))).code, 2);
  });
  await t.test('figures that cannot be are refused as without a server', async () => {
    await assertNotPlanned(['--growth', '-5', /growth must be >= 0/]);
    await assertNotPlanned(['--shards', '70000', /shards must be <= 65536/]);
  });
});
