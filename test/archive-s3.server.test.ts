/** The archive of a whole site in a bucket of a real S3 endpoint. */
import assert from 'node:assert/strict';
import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { ArchiveRun, ArchiveStatus } from '#services/archive/contract';
import type { QueryAnswer } from '#services/queries/contract';
import { archiveAll, begin, cutLog, derivedOf, goOn, keptOf } from './support/derived-things.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { type SwiftServer, startSwift } from './support/swift.ts';

let folder: string;
let swift: SwiftServer;
let site: Site;
beforeEach(async () => {
  [folder, swift] = await Promise.all([freshFolder(), startSwift()]);
  const { bucket, endpoint, keys } = swift;
  const archive = { kind: 's3', bucket, endpoint, keys, prefix: 'pinakes/', region: 'us-east-1' } as const;
  site = await startSiteIn(folder, { archive });
});
afterEach(async () => {
  await site.close();
  await swift.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a site archives into a bucket, proves it, and asks it', async () => {
  const owner = await site.member('ada');
  await owner.board('Harbours');
  await site.drain();
  const { events } = await owner.expect<ArchiveRun>(200, 'POST', '/api/operations/archive/run');
  assert.ok(events > 0);
  const { place, error } = await owner.read<ArchiveStatus>('/api/operations/archive');
  assert.deepEqual([place, error], ['s3://events/pinakes/', null]);
  const found = await site.app.services.archive.verify();
  assert.deepEqual([found.problems, found.events, found.compared], [[], events, events]);
  const sql = `select body ->> '$.name' from changes where type = 'board.created'`;
  const { rows } = await owner.expect<QueryAnswer>(200, 'POST', '/api/operations/query', { sql });
  assert.deepEqual(rows, [['Harbours']]);
  await assert.rejects(access(path.join(site.data, 'archive')));
});

test('what is derived is made again from a bucket and the log behind it', async () => {
  const library = await begin(site);
  await archiveAll(site);
  await goOn(site, library, 'quince');
  const truth = await derivedOf(site, library);
  await cutLog(site);
  const { logged, kept } = await keptOf(site);
  assert.ok(kept < logged - 40, `${kept} of ${logged}`);
  const { events } = site.app.services;
  for (const name of events.consumers) await events.rebuild(name);
  assert.deepEqual(await derivedOf(site, library), truth);
});
