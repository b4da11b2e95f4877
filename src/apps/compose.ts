/** Wires services on engines, explicitly. */

import type { Config } from '#apps/config/config';
import type { EventHistory } from '#engines/event-log/port';
import { systemClock } from '#kernel/clock';
import { createLog, type Log } from '#kernel/log';
import { Metrics } from '#kernel/metrics';
import type { Tracing } from '#kernel/tracing/tracing';
import { createAccounts } from '#services/accounts/index';
import { createActions } from '#services/actions/index';
import { createAnalytics, createAnalyticsConsumer } from '#services/analytics/index';
import { createBoards, createMembersConsumer } from '#services/boards/index';
import type { Consumer, Events } from '#services/events/contract';
import { createEvents } from '#services/events/index';
import { createFeed, createFeedsConsumer } from '#services/feed/index';
import { createFollowersConsumer, createFollows } from '#services/follows/index';
import { createImports } from '#services/imports/index';
import { createJobs } from '#services/jobs/index';
import { createMedia, createProcessingConsumer } from '#services/media/index';
import { createMigrations } from '#services/migrations/index';
import { createCountersConsumer, createMending, createPins } from '#services/pins/index';
import { createRecommend } from '#services/recommend/index';
import { createSearch, createTextConsumer } from '#services/search/index';
import type { Store } from '#services/store/contract';
import { createStore } from '#services/store/index';
import { createVectorConsumer, createVision } from '#services/vision/index';
import { composeArchive } from './compose-archive.ts';
import { composeBackups } from './compose-backups.ts';
import { composeCapacity } from './compose-capacity.ts';
import { type Engines, openEngines } from './compose-engines.ts';
import { composeMonitor } from './compose-monitor.ts';
import { composeOutlets } from './compose-outlets.ts';
import { areFiles } from './compose-shards.ts';
import { composeTelemetry, traced, traceJob, traceJobs } from './compose-telemetry.ts';
import type { Services } from './services.ts';

/** One installation, composed. */
export interface App {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Undefined where no traces are sent. */
  readonly tracing: Tracing | undefined;
  readonly engines: Engines;
  readonly services: Services;
  /** Starts jobs and consumers. */
  start(): Promise<void>;
  /** Finishes what is in hand, makes everything durable, lets go of the data folder. */
  stop(): Promise<void>;
}

/** The parts of every service: what they are wired on. */
interface Base {
  readonly config: Config;
  readonly engines: Engines;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
}

/** Accounts, boards, pins, pictures and their jobs: what writes to the store. */
function composeWriting({ config, engines, log, metrics, tracing }: Base) {
  const { counters, features, blobs, pictures } = engines;
  const clock = systemClock;
  const { saveDeadlineMs } = config;
  const store = createStore({ ...engines, clock, metrics });
  const actions = createActions({
    log: engines.eventLog,
    store,
    clock,
    logger: log.child({ part: 'actions' }),
    metrics,
  });
  // Whoever composes holds the data folder's lock; on a server of its own the queue may have others at work.
  const queued = createJobs({
    queue: engines.queue,
    clock,
    log: log.child({ part: 'jobs' }),
    metrics,
    isAlone: config.queue.kind === 'sqlite',
  });
  const jobs = traceJobs(tracing, queued);
  const accounts = createAccounts({ store, clock, log });
  const follows = createFollows({ store, counters, clock });
  const media = createMedia({
    store,
    blobs,
    pictures,
    features,
    jobs,
    clock,
    log: log.child({ part: 'media' }),
    metrics,
    limits: config.limits,
    fetch: { allowLoopback: config.allowLoopback },
  });
  const boards = createBoards({ store, accounts, follows, counters, media, jobs, clock });
  const pins = createPins({
    ...{ store, boards, follows, media, counters, jobs, actions, clock, saveDeadlineMs, metrics },
  });
  for (const handler of [...media.handlers(), ...boards.handlers(pins), ...pins.handlers()])
    jobs.handle(traceJob(tracing, handler));
  return { store, actions, jobs, accounts, follows, media, boards, pins };
}

type Writing = ReturnType<typeof composeWriting>;

/** Vision, search, recommendation and feeds: what finds. */
async function composeFinding({ config, engines, log, tracing }: Base, writing: Writing) {
  const { store, jobs, accounts, media, boards, pins } = writing;
  const { lists, textIndex, pictures, features } = engines;
  const clock = systemClock;
  const vision = await createVision({
    store,
    pictures,
    features,
    media,
    boards,
    jobs,
    limits: config.limits,
    clock,
    log: log.child({ part: 'vision' }),
    folder: engines.visionFolder,
    openIndex: engines.openVectors,
    removeIndex: engines.removeVectors,
  });
  for (const handler of vision.handlers()) jobs.handle(traceJob(tracing, handler));
  const search = createSearch({
    textIndex,
    vision,
    store,
    counters: engines.counters,
    pins,
    boards,
    accounts,
    clock,
    log: log.child({ part: 'search' }),
  });
  const recommend = createRecommend({ lists, pins, vision, search, clock });
  const feed = createFeed({ pins, recommend, lists, clock });
  return { vision, search, recommend, feed };
}

type Finding = Awaited<ReturnType<typeof composeFinding>>;

/** Everything that is derived from the log. */
function composeConsumers({ engines }: Base, writing: Writing, finding: Finding) {
  const { store, follows, pins, jobs } = writing;
  const { counters, lists, textIndex } = engines;
  return [
    createProcessingConsumer({ store, jobs }),
    createCountersConsumer({ counters }),
    createFollowersConsumer({ store }),
    createMembersConsumer({ store }),
    createTextConsumer({ textIndex, store }),
    createVectorConsumer({ vision: finding.vision }),
    createAnalyticsConsumer({ tallies: engines.tallies, pins }),
    createFeedsConsumer({ lists, follows, pins, counters, feed: finding.feed }),
  ];
}

/** What looks after an installation, and what its people get of it. */
function composeOperating(base: Base, writing: Writing, history: EventHistory) {
  const { config, engines, log } = base;
  const { store, media, pins, boards } = writing;
  return {
    analytics: createAnalytics({ ...writing, tallies: engines.tallies, clock: systemClock }),
    capacity: composeCapacity(config, engines),
    backups: composeBackups(config, engines, history),
    migrations: composeMigrations(base),
    imports: createImports({ media, pins, boards, store, log, inFlight: config.workers + 2 }),
  };
}

function composeMigrations({ engines, log, metrics }: Base) {
  return createMigrations({
    router: engines.shards,
    registry: engines.registry,
    clock: systemClock,
    log: log.child({ part: 'migrations' }),
    metrics,
  });
}

/**
 * The log's relay, and the loops of its consumers. A server that is lost takes along what has not come to the log, so that
 * is soon; files are lost together with the log.
 */
function composeEvents(
  { engines, log, metrics }: Base,
  consumers: readonly Consumer[],
  history: EventHistory,
  store: Store,
): Events {
  return createEvents({
    mend: createMending(store),
    shards: engines.shards,
    log: engines.eventLog,
    history,
    consumers,
    logger: log.child({ part: 'events' }),
    metrics,
    clock: systemClock,
    gather: { relayMs: () => (areFiles(engines.shards.topology) ? 100 : 25), consumersMs: 100 },
  });
}

/** Opens the data folder and wires everything; nothing runs before `start`. Throws `ConflictError` when another process holds the folder. */
export async function composeApp(config: Config): Promise<App> {
  const log = createLog(config.logLevel);
  const metrics = new Metrics();
  const opened = await openEngines(config, log, metrics);
  const telemetry = await composeTelemetry(config, log, metrics);
  const { tracing } = telemetry;
  const engines = traced(tracing, opened, ['shards', 'eventLog', 'queue', 'textIndex', 'blobs']);
  const kept = await composeArchive(config, engines, log, metrics);
  const base = { config, engines, log, metrics, tracing };
  const writing = composeWriting(base);
  const finding = await composeFinding(base, writing);
  const { outlets, consumer } = composeOutlets({ ...base, ...writing });
  const consumers = [...composeConsumers(base, writing, finding), consumer];
  const events = composeEvents(base, consumers, kept.history, writing.store);
  const operating = composeOperating(base, writing, kept.history);
  const monitor = composeMonitor(base, { ...writing, ...outlets, ...operating, events });
  const { archive, queries } = kept;
  const services = {
    ...{ ...writing, ...finding, ...outlets, ...operating },
    ...{ archive, queries, events, monitor },
  };
  return {
    config,
    log,
    metrics,
    tracing,
    engines,
    services: traced(tracing, services, Object.keys(services) as (keyof Services)[]),
    async start() {
      await telemetry.start();
      // First: a shard that was changing engines when the process died takes no writes before.
      await operating.migrations.open();
      await writing.pins.restore();
      await events.start();
      await writing.jobs.start();
      await monitor.open();
      archive.start();
    },
    async stop() {
      await monitor.stop();
      await writing.jobs.stop();
      await writing.actions.close();
      await events.stop();
      await queries.close();
      await archive.stop();
      await operating.migrations.stop();
      await finding.vision.close();
      await telemetry.stop();
      await engines.close();
    },
  };
}
