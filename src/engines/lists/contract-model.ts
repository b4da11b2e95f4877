/** The lists as simply as they can be said, to compare adapters with. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeId, type Id } from '#kernel/ids';
import type { ListEntry, Lists } from './port.ts';

const names = ['a', 'b', 'c'];
const ids = Array.from({ length: 12 }, (_, i) => encodeId({ shard: i * 37, type: 1, local: i + 1 }));

/** Something that may happen to lists. */
export type Action =
  | { readonly kind: 'push'; readonly list: string; readonly entries: ListEntry[]; readonly keep: number }
  | { readonly kind: 'remove'; readonly list: string; readonly ids: Id[] }
  | { readonly kind: 'remove everywhere'; readonly id: Id }
  | { readonly kind: 'checkpoint'; readonly mark: string }
  | { readonly kind: 'restart' };

/** Any action on a few lists and ids. */
export function anyAction(): fc.Arbitrary<Action> {
  const list = fc.constantFrom(...names);
  const id = fc.constantFrom(...ids);
  const entries = fc.array(fc.record({ id, score: fc.integer({ min: -3, max: 3 }) }), { maxLength: 8 });
  const kind = <const K extends string>(name: K) => fc.constant(name);
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: kind('push'), list, entries, keep: fc.nat(9) }) },
    fc.record({ kind: kind('remove'), list, ids: fc.array(id, { maxLength: 3 }) }),
    fc.record({ kind: kind('remove everywhere'), id }),
    fc.record({ kind: kind('checkpoint'), mark: fc.string() }),
    fc.record({ kind: kind('restart') }),
  );
}

const bestFirst = (a: ListEntry, b: ListEntry): number =>
  b.score - a.score || (BigInt(a.id) < BigInt(b.id) ? 1 : -1);

type Content = Map<string, Map<Id, number>>;

/** Lists of scores by id, sorted when asked. */
export class Model {
  #now: Content = new Map();
  #saved: { content: Content; mark: string | undefined } = { content: new Map(), mark: undefined };

  /** The mark of the last checkpoint. */
  get mark(): string | undefined {
    return this.#saved.mark;
  }

  /** A list in order. */
  list(name: string): ListEntry[] {
    return [...(this.#now.get(name) ?? [])].map(([id, score]) => ({ id, score })).sort(bestFirst);
  }

  /** The best of all lists. */
  union(limit: number): ListEntry[] {
    const all = names.flatMap((name) => this.list(name)).sort(bestFirst);
    return all.filter((entry, i) => all.findIndex(({ id }) => id === entry.id) === i).slice(0, limit);
  }

  /** Does what an action says. */
  apply(action: Action): void {
    if (action.kind === 'push') this.#push(action.list, action.entries, action.keep);
    else if (action.kind === 'remove') for (const id of action.ids) this.#now.get(action.list)?.delete(id);
    else if (action.kind === 'remove everywhere')
      for (const list of this.#now.values()) list.delete(action.id);
    else if (action.kind === 'checkpoint')
      this.#saved = { content: structuredClone(this.#now), mark: action.mark };
    else this.#now = structuredClone(this.#saved.content);
  }

  #push(name: string, entries: readonly ListEntry[], keep: number): void {
    const list = new Map(this.#now.get(name));
    for (const { id, score } of entries) list.set(id, score);
    this.#now.set(name, list);
    this.#now.set(
      name,
      new Map(
        this.list(name)
          .slice(0, keep)
          .map(({ id, score }) => [id, score]),
      ),
    );
  }
}

/** Does an action on both; a restart is left to the caller. */
export async function play(lists: Lists, action: Action, model: Model): Promise<void> {
  model.apply(action);
  if (action.kind === 'push') await lists.push([action]);
  else if (action.kind === 'remove') await lists.remove(action.list, action.ids);
  else if (action.kind === 'remove everywhere') await lists.removeEverywhere(action.id);
  else if (action.kind === 'checkpoint') await lists.checkpoint(action.mark);
}

/** Asserts that lists and model hold the same. */
export async function check(lists: Lists, model: Model): Promise<void> {
  assert.equal(await lists.mark(), model.mark);
  for (const name of names) {
    const expected = model.list(name);
    assert.deepEqual(await lists.range(name, 100), expected);
    assert.equal(await lists.size(name), expected.length);
    const middle = expected[Math.floor(expected.length / 2)];
    if (middle)
      assert.deepEqual(
        await lists.range(name, 3, middle),
        expected.slice(expected.indexOf(middle) + 1).slice(0, 3),
      );
  }
  assert.deepEqual(await lists.union(names, 4), model.union(4));
}
