/** People with sessions and boards, who follow each other. */
import type { App } from '#apps/compose';
import { type Person, system } from '#kernel/actor';
import { systemClock } from '#kernel/clock';
import { type Id, shardOf } from '#kernel/ids';
import { createAccounts } from '#services/accounts/index';
import type { BoardData } from '#services/boards/contract';
import { changeEvent } from '#services/store/contract';
import { random } from './vectors.ts';

/** Somebody with a session and boards. */
export interface SeededPerson {
  readonly person: Person;
  readonly token: string;
  readonly boards: readonly Id[];
}

const boardsEach = 10;
const peopleFollowed = 15;
const boardsFollowed = 5;
const atOnce = 16;

/** Runs `work` on every item, a few at a time. */
async function each<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function addBoards({ services: { store } }: App, person: Person): Promise<Id[]> {
  const shard = shardOf(person.userId);
  const ids = await store.allocate(system, shard, 'board', boardsEach);
  const at = systemClock.now();
  const changes = ids.flatMap((id, n) => {
    const data: BoardData = { ownerId: person.userId, name: `Board ${n}`, description: '', secret: false };
    const event = { type: 'board.created', id, version: 1, at, actor: person.userId, before: null } as const;
    return [
      { kind: 'put' as const, id, data: { ...data }, expect: 0 },
      { kind: 'link' as const, mapping: 'user_owns_board', from: person.userId, to: id, sequence: at + n },
      changeEvent({ ...event, body: { ...data } }),
    ];
  });
  await store.commit(person, { shard, changes });
  return ids;
}

async function addFollows({ services: { follows } }: App, people: readonly SeededPerson[]): Promise<void> {
  const next = random(11);
  const anyone = () => people[Math.floor(next() * people.length)];
  await each(people, async ({ person }) => {
    for (let n = 0; n < peopleFollowed + boardsFollowed; n += 1) {
      const other = anyone();
      if (!other || other.person.userId === person.userId) continue;
      const target = n < peopleFollowed ? other.person.userId : other.boards[n % boardsEach];
      if (target) await follows.follow(person, target);
    }
  });
}

/** Makes `count` people, each signed in, with ten boards, following fifteen people and five boards. */
export async function seedPeople(app: App, count: number): Promise<SeededPerson[]> {
  // Passwords that nobody needs to guess are hashed as cheaply as possible.
  const accounts = createAccounts({
    store: app.services.store,
    clock: systemClock,
    log: app.log,
    hashing: { memoryKiB: 8, passes: 1 },
  });
  const people: SeededPerson[] = [];
  const device = { userAgent: 'bench', address: '127.0.0.1' };
  await each(
    Array.from({ length: count }, (_, n) => n),
    async (n) => {
      const { me, token } = await accounts.signUp(
        { name: `person-${n}`, password: 'a long password' },
        device,
      );
      const person: Person = { kind: 'person', userId: me.id, role: me.role };
      people.push({ person, token, boards: await addBoards(app, person) });
    },
  );
  await addFollows(app, people);
  process.stderr.write(`${count} people\n`);
  return people;
}
