import { hash } from 'node:crypto';
import { type Actor, type Person, requirePerson, system } from '#kernel/actor';
import { type Id, parseId } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { requireWebAddress } from '#kernel/plain-text';
import { check } from '#kernel/schema';
import type { Actions } from '#services/actions/contract';
import type { Boards } from '#services/boards/contract';
import { GiveUpError, type JobHandler, type Jobs } from '#services/jobs/contract';
import type { Media, PagePreview } from '#services/media/contract';
import { type NewPin, type SaveFromUrl, SaveFromUrlSchema } from './contract.ts';
import type { PinObjects } from './pin-objects.ts';

const jobName = 'save-from-url';

/** What saving from a page stands on. `add` stores a pin of a picture that the actor took in. */
export interface SavingDeps {
  readonly boards: Pick<Boards, 'requireWritable'>;
  readonly media: Pick<Media, 'preview' | 'ingestUrl'>;
  readonly jobs: Jobs;
  readonly actions?: Pick<Actions, 'record'> | undefined;
  readonly objects: PinObjects;
  readonly add: (actor: Person, id: Id, input: NewPin) => Promise<void>;
}

/** What is taken from a page. */
interface Found {
  readonly pictureUrl: string;
  readonly page: PagePreview | undefined;
}

/** Saves from pages, by a job. The pin's id is fixed when the job is stored, so that trying again never makes a second one. */
export class Saving {
  readonly #deps: SavingDeps;
  constructor(deps: SavingDeps) {
    this.#deps = deps;
  }

  /** Stores the job; answers its id. */
  async enqueue(actor: Actor, request: SaveFromUrl): Promise<string> {
    const person = requirePerson(actor);
    const input = check(SaveFromUrlSchema, request);
    const url = requireWebAddress('url', input.url);
    const boardId = parseId(input.boardId, 'boardId', 'board');
    const picture =
      input.pictureUrl === undefined ? {} : { pictureUrl: requireWebAddress('pictureUrl', input.pictureUrl) };
    await this.#deps.boards.requireWritable(person, boardId, { cached: true });
    const save = { ...input, ...picture, url };
    const pinId = await this.#deps.objects.allocate(person, boardId);
    const sameRequest = hash('sha256', JSON.stringify([person.userId, save]));
    const payload = { userId: person.userId, role: person.role, pinId, save };
    return this.#deps.jobs.enqueue({ name: jobName, payload, priority: 10, deduplicationKey: sameRequest });
  }

  /** The job's handler; its result is `{ pinId }`. */
  handler(): JobHandler {
    // Waiting for pages is most of it: many at once where many are asked for.
    const pool = { most: 12, depthPerSlot: 4 };
    return { name: jobName, concurrency: 4, pool, run: (payload) => this.#run(payload) };
  }

  async #run(payload: JsonObject): Promise<JsonObject> {
    const pinId = parseId(payload['pinId'], 'pinId', 'pin');
    if (await this.#deps.objects.fresh(system, pinId)) return { pinId };
    const userId = parseId(payload['userId'], 'userId', 'user');
    const actor: Person = { kind: 'person', userId, role: payload['role'] === 'owner' ? 'owner' : 'member' };
    const save = check(SaveFromUrlSchema, payload['save'], 'save');
    const found = await this.#find(actor, save);
    const { id: mediaId } = await this.#deps.media.ingestUrl(actor, found.pictureUrl);
    const facts = { v: 1, actor: userId, device: null, surface: 'server', mediaId, from: 'page' } as const;
    this.#deps.actions?.record({ type: 'upload', ...facts });
    await this.#deps.add(actor, pinId, { boardId: save.boardId, mediaId, ...wordsOf(save, found.page) });
    return { pinId };
  }

  async #find(actor: Person, { url, pictureUrl }: SaveFromUrl): Promise<Found> {
    if (pictureUrl !== undefined) return { pictureUrl, page: undefined };
    const page = await this.#deps.media.preview(actor, url);
    const [best] = page.pictures;
    if (best === undefined) throw new GiveUpError('this page has no picture that could be saved');
    return { pictureUrl: best.url, page };
  }
}

function wordsOf(save: SaveFromUrl, page: PagePreview | undefined): Omit<NewPin, 'boardId' | 'mediaId'> {
  const author = page?.author?.slice(0, 200);
  return {
    title: save.title ?? page?.title.slice(0, 200) ?? '',
    description: save.description ?? page?.description.slice(0, 5000) ?? '',
    link: save.url,
    altText: page?.pictures[0]?.alt.slice(0, 1000) ?? '',
    ...(author && { credit: { author, source: save.url, licence: null } }),
  };
}
