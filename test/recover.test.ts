/** A library whose database was lost while its event log survived, brought back by the command line. */
import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Page } from '#kernel/schema';
import type { RecoverReport } from '#services/backups/contract';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import { softPicture } from './support/pictures.ts';
import { pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { password, type Visitor } from './support/visitor.ts';

test('a library without its database is what it was again', async () => {
  const folder = await freshFolder();
  const data = path.join(folder, 'data');
  let site = await startSiteIn(folder);
  try {
    const ada = await site.member('ada');
    const ben = await site.member('ben');
    const board = await ada.board('Pies');
    const secret = await ada.board('Hush', { secret: true });
    const first = await ada.pin(board.id, await softPicture(1), { title: 'one' });
    await ada.pin(secret.id, await softPicture(2), { title: 'two' });
    await ada.expect(200, 'PATCH', `/api/pins/${first.id}`, { title: 'renamed' });
    await ben.expect(201, 'POST', `/api/pins/${first.id}/save`, { boardId: (await ben.board('Bread')).id });
    await ben.expect(204, 'PUT', `/api/boards/${board.id}/follow`);
    await site.drain();
    const truth = await seen(site, ada, ben);
    await site.close();

    const shards = path.join(data, 'shards');
    const files = (await readdir(shards)).filter((name) => name.includes('.sqlite'));
    await Promise.all(files.map((name) => rm(path.join(shards, name))));
    const { json } = await pinakesJson<RecoverReport>(data, 'recover', '--since', '1d');
    const events = ({ shards: all }: RecoverReport) => all.reduce((sum, one) => sum + one.events, 0);
    assert.ok(events(json) > 10);
    assert.deepEqual(
      json.shards.flatMap(({ problems }) => problems),
      [],
    );
    assert.ok(json.shards.every(({ outcome }) => outcome === 'recovered' || outcome === 'whole'));

    site = await startSiteIn(folder);
    const [again, other] = [site.visitor(), site.visitor()];
    await again.expect(200, 'POST', '/api/sessions', { name: 'ada', password });
    await other.expect(200, 'POST', '/api/sessions', { name: 'ben', password });
    await site.drain();
    assert.deepEqual(
      await seen(site, Object.assign(again, { me: ada.me }), Object.assign(other, { me: ben.me })),
      truth,
    );
    await again.pin(board.id, await softPicture(3), { title: 'after' });
    await site.drain();
  } finally {
    await site.close().catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
});

/** What two people and a stranger see. */
async function seen(site: Site, ada: Visitor, ben: Visitor): Promise<unknown> {
  const views = [ada, ben, site.visitor()].map(async (viewer) => {
    const boards = await viewer.read<Page<BoardView>>('/api/users/ada/boards?limit=100');
    const pins = boards.items.map(({ id }) => viewer.read<Page<PinView>>(`/api/boards/${id}/pins`));
    return {
      boards: boards.items.toSorted((a, b) => a.name.localeCompare(b.name)),
      pins: (await Promise.all(pins))
        .flatMap(({ items }) => items)
        .toSorted((a, b) => a.id.localeCompare(b.id)),
    };
  });
  return Promise.all(views);
}
