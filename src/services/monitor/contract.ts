/** Monitoring: rates by event time, what is usual at a time of day, alerts when it is not, and all of it live. */
import Type, { type Static } from 'typebox';

const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** What is watched. */
export const signalNames = [
  'sign-in-failures',
  'feed-loads',
  'errors',
  'latency',
  'queue-age',
  'consumer-lag',
] as const;
/** A name of what is watched. */
export const SignalNameSchema = oneOf(signalNames);
export type SignalName = Static<typeof SignalNameSchema>;

/** A deviation that was told. */
export const AlertSchema = Type.Object({
  id: Type.String(),
  signal: SignalNameSchema,
  state: oneOf(['firing', 'resolved']),
  /** In words: what is off, by how much. */
  title: Type.String(),
  /** Milliseconds since the epoch: the second in which it began, when it was raised, when it was over. */
  startedAt: Type.Number(),
  raisedAt: Type.Number(),
  resolvedAt: orNull(Type.Number()),
  /** The worst value so far, and what was usual then, in the signal's unit. */
  value: Type.Number(),
  expected: Type.Number(),
  /** How often it came back within the cooldown. */
  returns: Type.Integer(),
  /** When the owner said that it is known. */
  acknowledgedAt: orNull(Type.Number()),
  /** Whether mail and webhooks were told that it fires; what comes back soon is not told again. The page shows it in any case. */
  sent: Type.Boolean(),
});
export type Alert = Static<typeof AlertSchema>;

/** Alerts, the latest first. */
export const AlertsSchema = Type.Object({ items: Type.Array(AlertSchema) });

/** A signal as it stands. */
export const SignalViewSchema = Type.Object({
  name: SignalNameSchema,
  title: Type.String(),
  /** `per second`, `share` (0 to 1), `ms`, `s` or `events`. */
  unit: oneOf(['per second', 'share', 'ms', 's', 'events']),
  direction: oneOf(['up', 'down']),
  value: orNull(Type.Number()),
  expected: orNull(Type.Number()),
  /** Whether it can raise alerts yet, and by what it is measured. */
  usual: orNull(oneOf(['season', 'recent'])),
  /** How much of the day's shape is known, 0 to 1. */
  known: Type.Number(),
  state: oneOf(['learning', 'calm', 'pending', 'firing']),
  /** Until when its alerts are not sent; null when they are. */
  silencedUntil: orNull(Type.Number()),
});
export type SignalView = Static<typeof SignalViewSchema>;

/** What is counted each second; names of series. */
export const measures = [
  'requests',
  'errors',
  'feedLoads',
  'signIns',
  'signInFailures',
  'impressions',
  'closeups',
  'clicks',
  'saves',
  'searches',
  'uploads',
] as const;
/** A name of what is counted. */
export type Measure = (typeof measures)[number];

/** What is read each second; names of series. Latencies in milliseconds, the age in seconds, hits as a share. */
export const levels = ['p50', 'p90', 'p99', 'queueAge', 'queued', 'lag', 'cacheHits'] as const;
/** A name of what is read. */
export type Level = (typeof levels)[number];

const figure = orNull(Type.Number());
/** One figure a name of `measures` and `levels`; null where there is none. */
const FiguresSchema = Type.Record(Type.String(), figure);

/** Everything as it stands, once a second. */
export const FrameSchema = Type.Object({
  /** Milliseconds since the epoch: the end of the last closed second. */
  at: Type.Number(),
  figures: FiguresSchema,
  signals: Type.Array(SignalViewSchema),
  /** Jobs by name. */
  queues: Type.Array(
    Type.Object({
      name: Type.String(),
      pending: Type.Integer(),
      running: Type.Integer(),
      failed: Type.Integer(),
    }),
  ),
  consumers: Type.Array(
    Type.Object({
      name: Type.String(),
      lag: Type.Integer(),
      error: orNull(Type.String()),
      parked: Type.Integer(),
    }),
  ),
  /** Counted once a minute; null until they were. */
  shards: orNull(
    Type.Object({ count: Type.Integer(), servers: Type.Integer(), silent: Type.Array(Type.Integer()) }),
  ),
  /** Those that fire, then those of the last day, 50 at most. */
  alerts: Type.Array(AlertSchema),
  /** Actions that came too late to be counted, since the start. */
  late: Type.Integer(),
});
export type Frame = Static<typeof FrameSchema>;

/** Series of equal steps: value `i` is of the step that begins at `from + i * stepMs`. Counts are by second. */
export const HistorySchema = Type.Object({
  from: Type.Number(),
  stepMs: Type.Number(),
  series: Type.Record(Type.String(), Type.Array(figure)),
});
export type History = Static<typeof HistorySchema>;

/** A frame with what was before it. */
export const SnapshotSchema = Type.Object({
  ...FrameSchema.properties,
  startedAt: Type.Number(),
  /** Five minutes by the second, an hour by ten seconds. */
  seconds: HistorySchema,
  hour: HistorySchema,
});
export type Snapshot = Static<typeof SnapshotSchema>;

/** Which signal to send nothing of, for how long. */
export const SilenceSchema = Type.Object(
  { signal: SignalNameSchema, minutes: Type.Integer({ minimum: 0, maximum: 43_200 }) },
  { additionalProperties: false },
);
export type Silence = Static<typeof SilenceSchema>;

/** Sends alerts on: raised ones, and the same again when they are over. A rejection is logged and counted, nothing more. */
export interface AlertOutlet {
  /** As in `mail` or `webhooks`. */
  readonly name: string;
  deliver(alert: Alert): Promise<void>;
}

/** A request that was answered. */
export interface Observation {
  /** Method and pattern, as `GET /api/feed/home`. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** The monitor. Owner only; whoever routes to it asks for that. */
export interface Monitor {
  /** Counts a request that was answered now. Cost: a few additions. */
  observe(observation: Observation): void;
  /** Remembers what was learnt and told before. */
  open(): Promise<void>;
  /** Begins to follow actions and the clock, and to judge: for the process that serves people. */
  start(): Promise<void>;
  snapshot(): Promise<Snapshot>;
  /**
   * Calls back with a frame each second; returns how to stop. Throws `RateLimitedError` beyond 64 listeners. `ended` is called
   * when the monitor stops.
   */
  listen(listener: (frame: Frame) => void, ended: () => void): () => void;
  /** The latest first, of the last 200. */
  alerts(): Alert[];
  /** Says that an alert is known. Throws `NotFoundError`. */
  acknowledge(id: string): Alert;
  /** Sends nothing of a signal for so many minutes; 0 ends that. */
  silence(silence: Silence): SignalView;
  /** Stores what there is to remember; ends all listeners. */
  stop(): Promise<void>;
}
