/** Pins on people's boards, some of them saves of others' pictures. */
import type { App } from '#apps/compose';
import type { Change } from '#engines/shards/port';
import { system } from '#kernel/actor';
import { systemClock } from '#kernel/clock';
import { type Id, shardOf } from '#kernel/ids';
import type { PinData } from '#services/pins/contract';
import { changeEvent } from '#services/store/contract';
import type { SeededPerson } from './seed-people.ts';
import { random } from './vectors.ts';

const month = 30 * 24 * 60 * 60 * 1000;
const perCommit = 100;
const words = [
  'harbour',
  'garden',
  'bread',
  'chair',
  'mountain',
  'window',
  'tile',
  'lamp',
  'bridge',
  'forest',
  'bowl',
  'coat',
];

interface NewPin {
  readonly id: Id;
  readonly data: PinData;
  readonly at: number;
}

function additions({ id, data, at }: NewPin): Change[] {
  const { boardId, ownerId, mediaId } = data;
  const event = { type: 'pin.created', id, version: 1, at, actor: ownerId, before: null } as const;
  return [
    { kind: 'put', id, data: { ...data }, expect: 0, createdAt: at },
    { kind: 'link', mapping: 'board_has_pin', from: boardId, to: id, sequence: at },
    { kind: 'link', mapping: 'user_has_pin', from: ownerId, to: id, sequence: at },
    { kind: 'link', mapping: 'user_has_media', from: ownerId, to: mediaId, sequence: at },
    changeEvent({ ...event, body: { ...data } }),
  ];
}

/** The edges from pictures to pins, which stand on the pictures' shards and come before the pins. */
async function linkPictures({ services: { store } }: App, pins: readonly NewPin[]): Promise<void> {
  for (const [shard, some] of Map.groupBy(pins, ({ data }) => shardOf(data.mediaId))) {
    const changes = some.map(({ id, data, at }): Change => {
      return { kind: 'link', mapping: 'media_has_pin', from: data.mediaId, to: id, sequence: at };
    });
    await store.commit(system, { shard, changes });
  }
}

/** Makes up pins one after the other: every picture once as an original, then again as saves. */
class PinMaker {
  readonly #media: readonly Id[];
  readonly #next = random(23);
  readonly #start = systemClock.now() - month;
  readonly #size: number;
  #made = 0;

  constructor(media: readonly Id[], size: number) {
    this.#media = media;
    this.#size = size;
  }

  #word(): string {
    return words[Math.floor(this.#next() * words.length)] ?? 'picture';
  }

  make(id: Id, { person, boards }: SeededPerson): NewPin {
    const n = this.#made++;
    const isSave = n >= this.#media.length;
    const mediaId = this.#media[isSave ? Math.floor(this.#next() ** 2 * this.#media.length) : n];
    const boardId = boards[Math.floor(this.#next() * boards.length)];
    if (mediaId === undefined || boardId === undefined) throw new RangeError('nothing to pin');
    const data: PinData = {
      boardId,
      ownerId: person.userId,
      mediaId,
      title: `A ${this.#word()} with a ${this.#word()}`,
      description: `${this.#word()}, ${this.#word()} and ${this.#word()}, seen on a walk`,
      link: `https://example.org/${n}`,
      altText: '',
      tags: [this.#word(), this.#word()],
      credit: { author: `Author ${n % 500}`, source: 'https://example.org', licence: 'CC BY 4.0' },
      savedFrom: null,
      secret: false,
    };
    return { id, data, at: Math.floor(this.#start + (n * month) / this.#size) };
  }
}

/** Adds `count` pins in turn to everybody's boards, over the last month, with events that reach every consumer. */
export async function seedPins(
  app: App,
  people: readonly SeededPerson[],
  media: readonly Id[],
  count: number,
): Promise<void> {
  const { store } = app.services;
  const maker = new PinMaker(media, count);
  for (let made = 0; made < count; made += perCommit) {
    const owner = people[(made / perCommit) % people.length];
    if (!owner) throw new RangeError('nobody to pin');
    const shard = shardOf(owner.person.userId);
    const ids = await store.allocate(system, shard, 'pin', Math.min(perCommit, count - made));
    const pins = ids.map((id) => maker.make(id, owner));
    await linkPictures(app, pins);
    await store.commit(system, { shard, changes: pins.flatMap(additions) });
    if (made % 5_000 === 0) process.stderr.write(`pin ${made} of ${count}\n`);
  }
}
