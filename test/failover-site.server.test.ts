/** A whole site on a server with a replica, looked after from the command line. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { topologyOf } from '#apps/config/shards';
import type { ServerStatus } from '#engines/shards/servers';
import type { BoardView } from '#services/boards/contract';
import { type Pair, specOf, startPair } from './support/failover-bed.ts';
import { pinakes, pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { assertRefused, Visitor } from './support/visitor.ts';

interface Status {
  readonly servers: (ServerStatus & { readonly backend: string })[];
}

let pair: Pair;
let site: Site;
let ada: Visitor;
before(async () => {
  pair = await startPair();
  const shards = topologyOf({ count: 8, backends: { main: specOf(pair) } });
  site = await startSiteIn(await freshFolder(), { shards });
  ada = await site.member('ada');
});
after(async () => {
  await site.stop();
  await pair.replica.stop();
  await pair.primary.stop();
});

const statesOf = async () =>
  (await pinakesJson<Status>(site.data, 'shards', 'status')).json.servers.map(({ role, state }) => [
    role,
    state,
  ]);

const pathOf = ({ id }: BoardView) => `/api/boards/${id}`;

test('a site loses its primary, is read for as long as it takes, also started again, and is written to after a command', async () => {
  const board = await ada.board('Bridges');
  assert.deepEqual(await statesOf(), [
    ['primary', 'up'],
    ['replica', 'up'],
  ]);
  await pair.primary.kill();
  let refused = await ada.patch(pathOf(board), { name: 'Old bridges' });
  while (refused.status === 200) refused = await ada.patch(pathOf(board), { name: 'Old bridges' });
  assertRefused(await ada.patch(pathOf(board), { name: 'Lost' }), 503, 'unavailable');
  assert.equal((await ada.read<BoardView>(pathOf(board))).id, board.id);
  assert.equal((await site.visitor().get('/api/users/ada')).status, 200);
  const [primary] = await statesOf();
  assert.deepEqual(primary, ['primary', 'gone']);
  const metrics = await site.visitor().get('/metrics');
  assert.match(String(metrics.body), /pinakes_shard_server_up\{.*role="primary".*\} 0/);

  site = await site.restart();
  ada = new Visitor(site.url, ada.cookie);
  assert.equal((await ada.read<BoardView>(pathOf(board))).id, board.id);
  assertRefused(await ada.patch(pathOf(board), { name: 'Lost' }), 503, 'unavailable');

  assert.equal((await pinakes(site.data, 'shards', 'promote', 'nobody')).code, 1);
  const { code, json } = await pinakesJson(site.data, 'shards', 'promote', 'main');
  const [address, old] = [pair.replica.url, pair.primary.url].map((url) => new URL(url).host);
  assert.equal(code, 0);
  assert.deepEqual(json, {
    backend: 'main',
    primary: address,
    replicas: [old],
    fenced: false,
    detached: [old],
  });
  await ada.expect(200, 'PATCH', pathOf(board), { name: 'New bridges' });
  assert.equal((await ada.read<BoardView>(pathOf(board))).name, 'New bridges');
  assert.deepEqual(await statesOf(), [
    ['primary', 'up'],
    ['replica', 'gone'],
  ]);

  await pair.primary.start();
  let states = await statesOf();
  while (states[1]?.[1] === 'gone') states = await statesOf();
  assert.deepEqual(states[1], ['replica', 'broken']);
  assert.equal((await ada.read<BoardView>(pathOf(board))).name, 'New bridges');
});

test('a site that is started again writes to the promoted server', async () => {
  site = await site.restart();
  ada = new Visitor(site.url, ada.cookie);
  const board = await ada.board('Towers');
  const rows = await pair.replica.query(
    `select table_schema from information_schema.tables where table_name = 'board'`,
  );
  assert.ok(rows.length > 0 && board.mine);
  assert.deepEqual((await statesOf())[0], ['primary', 'up']);
});
