/** Analytics for people: what others see, open, click and save of one's own pins and boards, by day. */
import Type, { type Static } from 'typebox';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { IdSchema } from '#kernel/schema';
import { BoardCardSchema } from '#services/boards/contract';
import { PinViewSchema } from '#services/pins/contract';

/** What is counted, of everybody, the owner among them. */
export const CountsSchema = Type.Object({
  impressions: Type.Integer(),
  closeups: Type.Integer(),
  clicks: Type.Integer(),
  saves: Type.Integer(),
});
export type Counts = Static<typeof CountsSchema>;

/** How many days to look back, today among them; 30 when left out. */
export const InsightsRequestSchema = Type.Object({
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
});
export type InsightsRequest = Static<typeof InsightsRequestSchema>;

const series = {
  /** One for each day, the oldest first; days are of UTC. */
  days: Type.Array(Type.Object({ day: Type.String(), ...CountsSchema.properties })),
  totals: CountsSchema,
};

/** How a pin does. */
export const PinInsightsSchema = Type.Object({ pin: PinViewSchema, ...series });
export type PinInsights = Static<typeof PinInsightsSchema>;

/** Pins that were seen most, with what happened to them in the time asked for. */
const TopPinsSchema = Type.Array(Type.Object({ pin: PinViewSchema, ...CountsSchema.properties }));

/** How a board's pins do together, counted where they were at the time. */
export const BoardInsightsSchema = Type.Object({ board: BoardCardSchema, ...series, top: TopPinsSchema });
export type BoardInsights = Static<typeof BoardInsightsSchema>;

/** How everything of one's own does. */
export const OwnInsightsSchema = Type.Object({
  ...series,
  top: TopPinsSchema,
  /** The boards that were seen, the most seen first. */
  boards: Type.Array(Type.Object({ id: IdSchema, name: Type.String(), ...CountsSchema.properties })),
});
export type OwnInsights = Static<typeof OwnInsightsSchema>;

/**
 * The analytics service. Counts follow the event log within a second or so. All reads throw `UnauthenticatedError` for
 * strangers, `NotFoundError` for what the viewer may not see, `ForbiddenError` for what they see and do not own.
 */
export interface Analytics {
  pin(viewer: Actor, id: Id, request: InsightsRequest): Promise<PinInsights>;
  board(viewer: Actor, id: Id, request: InsightsRequest): Promise<BoardInsights>;
  /** Over the viewer's 1,000 boards last used. */
  own(viewer: Actor, request: InsightsRequest): Promise<OwnInsights>;
}
