/** Copying shards: rows as they are, in the order of their keys. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import { type Id, idLimits } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { emit, idOf, link, put } from './contract-bed.ts';
import { keyOn, keysOf, owns, rowsOf, type TransferBed } from './contract-transfer-bed.ts';
import type { TransferTable } from './transfer.ts';

const pins = 'object:pin';
const awkward: JsonObject = {
  zebra: 1,
  alpha: { b: [1e21, 0.1, -5, 1e-7], a: null },
  text: 'Grüße, 日本, 🧶, \u2028 "quoted" \\ \n\t \u0001 end ',
  '': { ' ': true },
};

/** Ids whose order as text is another than their order as numbers. */
function idsOfAllSizes(): Id[] {
  const small = [1, 9, 10, 2 ** 31, idLimits.local].flatMap((local) => [
    idOf(0, 'pin', local),
    idOf(0, 'board', local),
    idOf(0, 'link', local),
  ]);
  return [...small, idOf(1, 'board', 5), idOf(9, 'board', 3), idOf(65_535, 'board', 1)];
}

/** Registers the tests. */
export function rowCases(bed: () => TransferBed): void {
  it('gives objects as local id, version, time and the very text that was written', async () => {
    const { from, clock } = bed();
    const { shards } = from;
    await shards.commit(1, [put(idOf(1, 'pin', 7), awkward)]);
    const createdAt = clock.now();
    clock.advance(1000);
    await shards.commit(1, [put(idOf(1, 'pin', 7), { z: 1, ...awkward })]);
    const text = JSON.stringify({ z: 1, ...awkward });
    assert.deepEqual(await rowsOf(shards, 1, pins), [{ key: [7], value: [2, createdAt, text] }]);
  });

  it('gives edges, claims, events and sequences', async () => {
    const { shards } = bed().from;
    const [ada, board] = [idOf(1, 'user', 1), idOf(3, 'board', 2)];
    const name = keyOn(shards, 1, 'name', 'ada');
    await shards.commit(1, [link(ada, board, -5), emit({ b: 1, a: 2 })]);
    await shards.claim('name', name, ada);
    const [entry] = await shards.readOutbox(1, 0, 1);
    const [sequence] = [entry?.sequence ?? 0];
    assert.deepEqual(await rowsOf(shards, 1, owns), [{ key: [ada, board], value: [-5] }]);
    assert.deepEqual(await rowsOf(shards, 1, 'claims'), [{ key: ['name', name], value: [ada] }]);
    assert.deepEqual(await rowsOf(shards, 1, 'outbox'), [{ key: [sequence], value: ['{"b":1,"a":2}'] }]);
    assert.deepEqual(await rowsOf(shards, 1, 'sequences'), [{ key: ['outbox'], value: [sequence + 1] }]);
  });

  it('names every table that holds rows', async () => {
    const { shards } = bed().from;
    await shards.commit(2, [put(idOf(2, 'pin', 1), {}), link(idOf(2, 'user', 1), idOf(2, 'board', 1), 1)]);
    await shards.commit(2, [emit({})]);
    await shards.claim('name', keyOn(shards, 2, 'name'), idOf(2, 'user', 1));
    await shards.allocate(2, 'media', 1);
    const tables = new Set(await shards.tables(2));
    const expected: TransferTable[] = [pins, owns, 'outbox', 'claims', 'sequences'];
    assert.deepEqual(
      expected.filter((table) => !tables.has(table)),
      [],
    );
    assert.equal((await shards.tables(2)).length, tables.size);
  });

  it('holds the next local id of every type that had one, and of no other', async () => {
    const { shards } = bed().from;
    const [last] = (await shards.allocate(1, 'pin', 3)).slice(-1);
    const rows = await rowsOf(shards, 1, 'sequences');
    assert.deepEqual(
      rows.map(({ key }) => key),
      [['pin']],
    );
    assert.ok(Number(rows[0]?.value[0]) > Number(BigInt(last ?? 0) & 0xfffffffffn));
  });

  it('orders local ids and ids by value, not as text', async () => {
    const { shards } = bed().from;
    const locals = [1, 2, 9, 10, 11, 100, 2 ** 31, 2 ** 32 + 1, idLimits.local];
    const ids = idsOfAllSizes().sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    const home = ids.filter((id) => BigInt(id) >> 46n === 0n);
    await shards.commit(
      0,
      locals.toReversed().map((local) => put(idOf(0, 'pin', local), {})),
    );
    await shards.commit(
      0,
      home.toReversed().flatMap((a) => ids.toReversed().map((b) => link(a, b, 1))),
    );
    assert.deepEqual(
      await keysOf(shards, 0, pins),
      locals.map((n) => [n]),
    );
    assert.deepEqual(
      await keysOf(shards, 0, owns),
      home.flatMap((a) => ids.map((b) => [a, b])),
    );
  });

  it('tells claims apart by every byte and orders them by their bytes', async () => {
    const { shards } = bed().from;
    const starts = [
      '',
      ' ',
      'a',
      'A',
      'a ',
      'a  ',
      'á',
      'a\u0301',
      'ä',
      'ae',
      'ß',
      'ss',
      'z',
      'Z',
      '日',
      '🧶',
      '\uFF5E',
    ];
    const keys = starts.map((start) => keyOn(shards, 1, 'name', start));
    const owners = keys.map((_, i) => idOf(3, 'user', i + 1));
    for (const [i, key] of keys.entries()) await shards.claim('name', key, owners[i] ?? idOf(1, 'user', 1));
    const spaces = ['Name', 'name ', 'näme'].map((space) => [space, keyOn(shards, 1, space, 'a')] as const);
    for (const [space, key] of spaces) await shards.claim(space, key, idOf(1, 'user', 9));
    const all = [...keys.map((key) => ['name', key] as const), ...spaces];
    const bytes = (a: readonly string[], b: readonly string[]) =>
      Buffer.compare(Buffer.from(a[0] ?? ''), Buffer.from(b[0] ?? '')) ||
      Buffer.compare(Buffer.from(a[1] ?? ''), Buffer.from(b[1] ?? ''));
    assert.deepEqual(await keysOf(shards, 1, 'claims'), all.toSorted(bytes));
    const paged = await rowsOf(shards, 1, 'claims', 2);
    assert.deepEqual(
      paged.map(({ key }) => key),
      all.toSorted(bytes),
    );
    const found = await shards.pick(1, 'claims', all);
    const owner = new Map(found.map(({ key, value }) => [key.join('/'), value[0]]));
    assert.deepEqual(
      keys.map((key) => owner.get(`name/${key}`)),
      owners,
    );
    assert.equal(owner.size, all.length);
  });

  it('pages without loss or repetition while rows are written', async () => {
    const { shards } = bed().from;
    const pin = (n: number) => put(idOf(1, 'pin', n), { n });
    await shards.commit(
      1,
      Array.from({ length: 100 }, (_, i) => pin(2 * i + 1)),
    );
    const seen: number[] = [];
    let page = await shards.page(1, pins, undefined, 7);
    while (page.length > 0) {
      seen.push(...page.map(({ key }) => Number(key[0])));
      const last = seen.at(-1) ?? 0;
      const behind = last > 2 ? [pin(last - 1)] : [];
      await shards.commit(1, [pin(last), ...behind, { kind: 'remove', id: idOf(1, 'pin', seen[0] ?? 0) }]);
      page = await shards.page(1, pins, page.at(-1)?.key, 7);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 100 }, (_, i) => 2 * i + 1),
    );
  });

  it('picks rows in any order, missing ones absent, named twice or not', async () => {
    const { shards } = bed().from;
    await shards.commit(
      1,
      Array.from({ length: 600 }, (_, i) => put(idOf(1, 'pin', i + 1), { i })),
    );
    const edges = [1, 2, 3].map((n) => [idOf(1, 'user', n), idOf(1, 'board', n)] as const);
    await shards.commit(
      1,
      edges.map(([a, b]) => link(a, b, 1)),
    );
    const wanted = [...Array.from({ length: 600 }, (_, i) => [2 * (600 - i)]), [4], [4]];
    const picked = await shards.pick(1, pins, wanted);
    const keys = [...new Set(picked.map(({ key }) => Number(key[0])))].sort((a, b) => a - b);
    assert.deepEqual(
      keys,
      Array.from({ length: 300 }, (_, i) => 2 * (i + 1)),
    );
    const [a, b] = [edges[0]?.[0] ?? '', edges[1]?.[1] ?? ''];
    assert.deepEqual(await shards.pick(1, owns, [[a, b]]), []);
    assert.equal((await shards.pick(1, owns, [[a, b], ...edges])).length, 3);
    assert.deepEqual(await shards.pick(1, 'mapping:never_used', [[a, b]]), []);
    assert.deepEqual(await shards.pick(1, 'sequences', [['pin'], ['outbox']]), []);
    assert.deepEqual(await shards.pick(1, pins, []), []);
  });

  it('answers nothing of a shard that was never written to', async () => {
    const { shards } = bed().from;
    for (const table of [pins, owns, 'claims', 'outbox', 'sequences'] as const) {
      assert.deepEqual(await shards.page(3, table, undefined, 10), []);
    }
  });

  it('refuses tables that cannot be', async () => {
    const { shards } = bed().from;
    for (const name of ['object:nonsense', 'mapping:a"; drop table pin; --', 'mapping:outbox', 'pin', '']) {
      const table = name as TransferTable;
      await assert.rejects(shards.page(1, table, undefined, 1), InvalidInputError, name);
      await assert.rejects(shards.pick(1, table, [[1]]), InvalidInputError, name);
      await assert.rejects(shards.put(1, [{ table, key: [1], value: null }]), InvalidInputError, name);
    }
  });
}
