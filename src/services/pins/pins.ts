import type { Counters } from '#engines/counters/port';
import { type Actor, type Person, requirePerson, system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '#kernel/errors';
import { type Id, parseId } from '#kernel/ids';
import type { Metrics } from '#kernel/metrics';
import { check, type Page, type PageRequest } from '#kernel/schema';
import type { PersonView } from '#services/accounts/contract';
import type { Actions } from '#services/actions/contract';
import { type Boards, publicBoardsCounter, publicPinsCounter } from '#services/boards/contract';
import type { Follows } from '#services/follows/contract';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import type { Media } from '#services/media/contract';
import { dataOf, type Store } from '#services/store/contract';
import { BoardAlignment } from './board-alignment.ts';
import * as contract from './contract.ts';
import { Fragments } from './fragments.ts';
import { Hydration } from './hydration.ts';
import { Listings } from './listings.ts';
import { type NewPinObject, PinObjects } from './pin-objects.ts';
import { PinRemoval } from './pin-removal.ts';
import { PinsOfMedia } from './pins-of-media.ts';
import { Presentation } from './presentation.ts';
import { ProvisionalSaves } from './provisional-saves.ts';
import { Saving } from './save-from-url.ts';
import { cleanCredit, newWords, patchedWords } from './words.ts';

/** What pins stand on. */
export interface PinsDeps {
  readonly store: Store;
  readonly boards: Pick<Boards, 'requireWritable' | 'data'>;
  readonly follows: Pick<Follows, 'counts'>;
  readonly media: Pick<Media, 'view' | 'preview' | 'ingestUrl'>;
  readonly counters: Counters;
  readonly jobs: Jobs;
  /** Told of pictures that are fetched from pages. */
  readonly actions?: Pick<Actions, 'record'> | undefined;
  readonly clock: Clock;
  /** Milliseconds for which a save waits for its shard before it goes to the queue; 25 when left out. */
  readonly saveDeadlineMs?: number | undefined;
  readonly metrics?: Metrics | undefined;
  /** How many JSON texts of pins are kept, about 0.8 kB each; 60,000 when left out. */
  readonly fragments?: number;
}

/** Pins over one store. */
export class StoredPins implements contract.Pins {
  readonly #deps: PinsDeps;
  readonly #hydration: Hydration;
  readonly #presentation: Presentation;
  readonly #fragments: Fragments;
  readonly #objects: PinObjects;
  readonly #alignment: BoardAlignment;
  readonly #listings: Listings;
  readonly #ofMedia: PinsOfMedia;
  readonly #saves: ProvisionalSaves;
  readonly #saving: Saving;
  readonly #removal: PinRemoval;
  constructor(deps: PinsDeps) {
    const { store, clock } = deps;
    const removal = new PinRemoval(store, clock, deps.jobs);
    this.#deps = deps;
    this.#removal = removal;
    this.#alignment = new BoardAlignment(store, clock, removal);
    this.#objects = new PinObjects({ store, clock, removal, alignment: this.#alignment });
    this.#hydration = new Hydration(store, deps.counters);
    this.#presentation = new Presentation(deps.media);
    this.#fragments = new Fragments({
      ...deps,
      hydration: this.#hydration,
      presentation: this.#presentation,
      most: deps.fragments ?? 60_000,
    });
    this.#listings = new Listings(store, (viewer, ids) => this.hydrate(viewer, ids));
    this.#ofMedia = new PinsOfMedia(store);
    this.#saves = new ProvisionalSaves({
      ...deps,
      objects: this.#objects,
      deadlineMs: deps.saveDeadlineMs,
      possible: (pin) => this.#stillPossible(pin),
    });
    this.#saving = new Saving({
      ...deps,
      objects: this.#objects,
      add: async (actor, id, pin) => {
        await this.#add(actor, id, await this.#newPin(actor, pin), { patient: true });
      },
    });
  }

  async create(
    actor: Actor,
    input: contract.NewPin,
    options: contract.CreateOptions = {},
  ): Promise<contract.SavedPin> {
    const pin = check(contract.NewPinSchema, input);
    parseId(pin.mediaId, 'mediaId', 'media');
    const data = await this.#newPin(actor, pin);
    if (options.once) await this.#objects.refuseSecond(actor, data);
    return this.#shown(actor, data, options);
  }

  /** A new pin as it is going to be stored, of a picture that the actor may see, on a board that they may arrange. */
  async #newPin(actor: Actor, pin: contract.NewPin): Promise<contract.PinData> {
    const { boardId, mediaId, credit, ...words } = pin;
    const { ownerId, secret } = await this.#deps.boards.requireWritable(actor, boardId, { cached: true });
    await this.#requirePicture(actor, mediaId);
    const rest = { credit: credit ? cleanCredit(credit) : null, savedFrom: null, secret };
    return { boardId, ownerId, mediaId, ...newWords(words), ...rest };
  }

  /** Stores a pin; answers its job when it is provisional. */
  async #add(
    actor: Actor,
    id: Id,
    data: contract.PinData,
    { once = false, patient = false }: contract.CreateOptions,
  ): Promise<string | undefined> {
    return this.#saves.save({ actor, id, data, at: this.#deps.clock.now(), once }, patient);
  }

  async #shown(
    actor: Actor,
    data: contract.PinData,
    options: contract.CreateOptions = {},
  ): Promise<contract.SavedPin> {
    const id = await this.#objects.allocate(actor, data.boardId);
    // What is shown around the pin is read while it is sure to be there.
    await this.#deps.store.getMany(system, [data.boardId, data.ownerId, data.mediaId]);
    const job = await this.#add(actor, id, data, options);
    const pin = await this.get(actor, id);
    return job === undefined ? pin : { ...pin, job };
  }

  async #requirePicture(actor: Actor, mediaId: Id, options?: { fresh: boolean }): Promise<void> {
    const media = (await this.#deps.store.getMany(actor, [mediaId], options)).get(mediaId);
    if (media === undefined) throw new NotFoundError('picture');
    if (media.data['state'] === 'refused')
      throw new InvalidInputError('mediaId', 'must be of a picture that can be shown');
  }

  async save(actor: Actor, pinId: Id, boardId: Id): Promise<contract.SavedPin> {
    requirePerson(actor);
    const [source] = await this.#hydration.visible(actor, [parseId(pinId, 'id', 'pin')]);
    if (source === undefined) throw new NotFoundError('pin');
    const id = parseId(boardId, 'boardId', 'board');
    const { ownerId, secret } = await this.#deps.boards.requireWritable(actor, id, { cached: true });
    const saved = dataOf<contract.PinData>(source.pin);
    // A provisional pin may never come to be.
    const savedFrom = this.#deps.store.pending.authorOf(pinId) === undefined ? pinId : saved.savedFrom;
    return this.#shown(actor, { ...saved, boardId, ownerId, savedFrom, secret });
  }

  /** A provisional pin as it can be stored now. Its saver was let save it; what they saved it from may be gone since. */
  async #stillPossible(pin: NewPinObject): Promise<NewPinObject> {
    const { boardId, mediaId, savedFrom } = pin.data;
    const [source] = await Promise.all([
      savedFrom === null ? undefined : this.#objects.fresh(system, savedFrom),
      this.#deps.boards.requireWritable(pin.actor, boardId),
      this.#requirePicture(system, mediaId, { fresh: true }),
    ]);
    if (savedFrom === null || source) return pin;
    return { ...pin, data: { ...pin.data, savedFrom: null } };
  }

  async saveFromUrl(actor: Actor, input: contract.SaveFromUrl): Promise<string> {
    return this.#saving.enqueue(actor, input);
  }

  async update(actor: Actor, id: Id, patch: contract.PinPatch): Promise<contract.PinView> {
    const { boardId, ...words } = check(contract.PinPatchSchema, patch);
    const changed = patchedWords(words);
    await this.#refuseProvisional(actor, parseId(id, 'id', 'pin'));
    await this.#objects.update(actor, parseId(id, 'id', 'pin'), async (pin) => ({
      ...pin,
      ...changed,
      ...(boardId !== undefined && (await this.#destination(actor, pin, boardId))),
    }));
    return this.get(actor, id);
  }

  async #destination(actor: Actor, pin: contract.PinData, boardId: Id) {
    const { ownerId, secret } = await this.#deps.boards.requireWritable(actor, boardId);
    // The store refuses it in any case; here it is said in the words of who moves a pin.
    if (ownerId !== pin.ownerId) throw new ForbiddenError("a pin moves between its owner's boards only");
    return { boardId, secret };
  }

  /**
   * Until its job has ended, a pin may be stored once more at any time, so it can't be changed before. Others than its saver
   * hear that only if they see it arrive.
   */
  async #refuseProvisional(actor: Actor, id: Id): Promise<void> {
    const author = this.#deps.store.pending.authorOf(id);
    if (author === undefined) return;
    const isTheirs = actor.kind === 'person' && actor.userId === author;
    if (!isTheirs && (await this.#objects.fresh(actor, id)) === undefined) return;
    throw new ConflictError('this pin is still being saved; try again in a moment');
  }

  async remove(actor: Actor, id: Id): Promise<void> {
    await this.#refuseProvisional(actor, parseId(id, 'id', 'pin'));
    await this.#objects.remove(actor, parseId(id, 'id', 'pin'));
  }

  async get(viewer: Actor, id: Id): Promise<contract.PinView> {
    const [view] = await this.hydrate(viewer, [parseId(id, 'id', 'pin')]);
    if (view === undefined) throw new NotFoundError('pin');
    return view;
  }

  async hydrate(
    viewer: Actor,
    ids: readonly Id[],
    options?: { distinct?: boolean },
  ): Promise<contract.PinView[]> {
    const pins = await this.#hydration.visible(viewer, ids, options?.distinct);
    return pins.map((pin) => this.#presentation.view(pin));
  }

  hydrateJson(
    viewer: Actor,
    ids: readonly Id[],
    options?: { distinct?: boolean },
  ): Promise<contract.PinTexts> {
    return this.#fragments.visible(viewer, ids, options?.distinct);
  }

  async ofMedia(viewer: Actor, mediaIds: readonly Id[]): Promise<contract.PinOfMedia[]> {
    return this.#ofMedia.best(viewer, mediaIds);
  }

  async byBoard(viewer: Actor, boardId: Id, page: PageRequest): Promise<Page<contract.PinView>> {
    return this.#listings.byBoard(viewer, parseId(boardId, 'boardId', 'board'), page);
  }

  async byOwner(viewer: Actor, ownerId: Id, page: PageRequest): Promise<Page<contract.PinView>> {
    return this.#listings.byOwner(viewer, parseId(ownerId, 'ownerId', 'user'), page);
  }

  async recentIds(ownerId: Id, limit: number): Promise<Id[]> {
    return this.#listings.recentIds(ownerId, limit);
  }

  async recentOf(target: Id, limit: number): Promise<{ id: Id; at: number }[]> {
    return this.#listings.recentOf(target, limit);
  }

  async counts(viewer: Actor, userId: Id): Promise<PersonView['counts']> {
    const isSelf = viewer.kind === 'person' && viewer.userId === userId;
    const [things, follows] = await Promise.all([
      isSelf ? this.#ownCounts(viewer) : this.#publicCounts(userId),
      this.#deps.follows.counts([userId]),
    ]);
    return { ...things, ...(follows.get(userId) ?? { followers: 0, following: 0 }) };
  }

  async #ownCounts(viewer: Person): Promise<{ boards: number; pins: number }> {
    const { userId } = viewer;
    const [boards, pins] = await Promise.all([
      this.#deps.store.countLinks(viewer, 'user_owns_board', [userId]),
      this.#deps.store.countLinks(viewer, 'user_has_pin', [userId]),
    ]);
    return { boards: boards.get(userId) ?? 0, pins: pins.get(userId) ?? 0 };
  }

  async #publicCounts(userId: Id): Promise<{ boards: number; pins: number }> {
    const [boards, pins] = [publicBoardsCounter(userId), publicPinsCounter(userId)];
    const counted = await this.#deps.counters.getMany([boards, pins]);
    return { boards: counted.get(boards) ?? 0, pins: counted.get(pins) ?? 0 };
  }

  async data(ids: readonly Id[]): Promise<Map<Id, contract.PinData>> {
    const stored = await this.#deps.store.getMany(system, ids);
    return new Map([...stored].map(([id, pin]) => [id, dataOf<contract.PinData>(pin)]));
  }

  async reconcileBoard(boardId: Id): Promise<number> {
    return this.#alignment.board(boardId);
  }

  restore(): Promise<void> {
    return this.#saves.restore();
  }

  handlers(): JobHandler[] {
    return [this.#saving.handler(), this.#saves.handler(), this.#removal.unlinking()];
  }
}
