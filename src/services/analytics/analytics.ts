/** The analytics service: tallies, shown to whom they belong. */
import { type DaySpan, type DayTally, dayOf, type Tallies } from '#engines/tallies/port';
import { type Actor, requirePerson } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { ForbiddenError } from '#kernel/errors';
import { type Id, parseId } from '#kernel/ids';
import { check } from '#kernel/schema';
import type { Boards } from '#services/boards/contract';
import type { Pins } from '#services/pins/contract';
import type { Store } from '#services/store/contract';
import * as contract from './contract.ts';

/** What the service needs. */
export interface AnalyticsDeps {
  readonly tallies: Tallies;
  readonly store: Pick<Store, 'range'>;
  readonly pins: Pick<Pins, 'get' | 'hydrate'>;
  readonly boards: Pick<Boards, 'get' | 'getMany'>;
  readonly clock: Clock;
}

const dayMs = 24 * 60 * 60 * 1000;
const usualDays = 30;
const mostBoards = 1000;
const topPins = 12;
const topBoards = 12;

type Kinds = ReadonlyMap<string, number>;
const none: Kinds = new Map();

const countsOf = (kinds: Kinds): contract.Counts => ({
  impressions: kinds.get('impressions') ?? 0,
  closeups: kinds.get('closeups') ?? 0,
  clicks: kinds.get('clicks') ?? 0,
  saves: kinds.get('saves') ?? 0,
});

function sumOf(days: readonly DayTally[]): contract.Counts {
  const sum = new Map<string, number>();
  for (const { kinds } of days) {
    for (const [kind, count] of kinds) sum.set(kind, (sum.get(kind) ?? 0) + count);
  }
  return countsOf(sum);
}

/** Every day of the span, those on which nothing happened too. */
function seriesOf(days: readonly DayTally[], { from, through }: DaySpan) {
  const known = new Map(days.map(({ day, kinds }) => [day, kinds]));
  const all = Array.from({ length: through - from + 1 }, (_, i) => from + i);
  return {
    days: all.map((day) => ({
      day: new Date(day * dayMs).toISOString().slice(0, 10),
      ...countsOf(known.get(day) ?? none),
    })),
    totals: sumOf(days),
  };
}

/** Analytics over tallies. */
export class TalliedAnalytics implements contract.Analytics {
  readonly #deps: AnalyticsDeps;

  constructor(deps: AnalyticsDeps) {
    this.#deps = deps;
  }

  async pin(viewer: Actor, id: Id, request: contract.InsightsRequest): Promise<contract.PinInsights> {
    requirePerson(viewer);
    const span = this.#spanOf(request);
    const pin = await this.#deps.pins.get(viewer, parseId(id, 'id', 'pin'));
    if (!pin.mine) throw new ForbiddenError('only its owner sees how a pin does');
    return { pin, ...seriesOf(await this.#deps.tallies.ofSubject(id, span), span) };
  }

  async board(viewer: Actor, id: Id, request: contract.InsightsRequest): Promise<contract.BoardInsights> {
    requirePerson(viewer);
    const span = this.#spanOf(request);
    const { name, secret, mine } = await this.#deps.boards.get(viewer, parseId(id, 'id', 'board'));
    if (!mine) throw new ForbiddenError('only its owner sees how a board does');
    const days = await this.#deps.tallies.ofGroups([id], span);
    return { board: { id, name, secret }, ...seriesOf(days, span), top: await this.#top(viewer, [id], span) };
  }

  async own(viewer: Actor, request: contract.InsightsRequest): Promise<contract.OwnInsights> {
    const { userId } = requirePerson(viewer);
    const span = this.#spanOf(request);
    const range = { mapping: 'user_owns_board', from: userId, limit: mostBoards } as const;
    const ids = (await this.#deps.store.range(viewer, range)).map(({ to }) => to);
    const [days, top, boards] = await Promise.all([
      this.#deps.tallies.ofGroups(ids, span),
      this.#top(viewer, ids, span),
      this.#boards(viewer, ids, span),
    ]);
    return { ...seriesOf(days, span), top, boards };
  }

  #spanOf(request: contract.InsightsRequest): DaySpan {
    const { days = usualDays } = check(contract.InsightsRequestSchema, request, 'query');
    const through = dayOf(this.#deps.clock.now());
    return { from: through - days + 1, through };
  }

  /** The pins of boards that were seen most; those that are gone or were moved to others are left out. */
  async #top(viewer: Actor, boards: readonly Id[], span: DaySpan): Promise<contract.BoardInsights['top']> {
    const { tallies, pins } = this.#deps;
    const top = await tallies.top(boards, 'impressions', span, topPins);
    const kinds = new Map(top.map((one) => [one.subject, one.kinds]));
    const views = await pins.hydrate(
      viewer,
      top.map(({ subject }) => subject as Id),
    );
    return views.filter(({ mine }) => mine).map((pin) => ({ pin, ...countsOf(kinds.get(pin.id) ?? none) }));
  }

  async #boards(viewer: Actor, ids: readonly Id[], span: DaySpan): Promise<contract.OwnInsights['boards']> {
    const counted = await Promise.all(
      ids.map(async (id) => ({ id, ...sumOf(await this.#deps.tallies.ofGroups([id], span)) })),
    );
    const seen = counted
      .filter((one) => one.impressions + one.closeups + one.clicks + one.saves > 0)
      .sort((a, b) => b.impressions - a.impressions)
      .slice(0, topBoards);
    const views = await this.#deps.boards.getMany(
      viewer,
      seen.map(({ id }) => id),
    );
    const names = new Map(views.map(({ id, name }) => [id, name]));
    return seen.flatMap((one) => {
      const name = names.get(one.id);
      return name === undefined ? [] : [{ ...one, name }];
    });
  }
}
