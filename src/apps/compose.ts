/** Wires services on engines, explicitly. */

import type { Config } from '#apps/config/config';
import { systemClock } from '#kernel/clock';
import { createLog, type Log } from '#kernel/log';
import { Metrics } from '#kernel/metrics';
import { createAccounts } from '#services/accounts/index';
import { createActions } from '#services/actions/index';
import { createAnalytics, createAnalyticsConsumer } from '#services/analytics/index';
import { createBoards, createMembersConsumer } from '#services/boards/index';
import { createEvents } from '#services/events/index';
import { createFeed, createFeedsConsumer } from '#services/feed/index';
import { createFollowersConsumer, createFollows } from '#services/follows/index';
import { createImports } from '#services/imports/index';
import { createJobs } from '#services/jobs/index';
import { createMedia, createProcessingConsumer } from '#services/media/index';
import { createMigrations } from '#services/migrations/index';
import { createCountersConsumer, createPins } from '#services/pins/index';
import { createRecommend } from '#services/recommend/index';
import { createSearch, createTextConsumer } from '#services/search/index';
import { createStore } from '#services/store/index';
import { createVectorConsumer, createVision } from '#services/vision/index';
import { composeArchive } from './compose-archive.ts';
import { composeBackups } from './compose-backups.ts';
import { composeCapacity } from './compose-capacity.ts';
import { type Engines, openEngines } from './compose-engines.ts';
import type { Services } from './services.ts';

/** One installation, composed. */
export interface App {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
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
}

/** Accounts, boards, pins, pictures and their jobs: what writes to the store. */
function composeWriting({ config, engines, log, metrics }: Base) {
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
  // Whoever composes holds the data folder's lock.
  const jobs = createJobs({
    queue: engines.queue,
    clock,
    log: log.child({ part: 'jobs' }),
    metrics,
    isAlone: true,
  });
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
    jobs.handle(handler);
  return { store, actions, jobs, accounts, follows, media, boards, pins };
}

type Writing = ReturnType<typeof composeWriting>;

/** Vision, search, recommendation and feeds: what finds. */
async function composeFinding({ config, engines, log }: Base, writing: Writing) {
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
  for (const handler of vision.handlers()) jobs.handle(handler);
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

/** Opens the data folder and wires everything; nothing runs before `start`. Throws `ConflictError` when another process holds the folder. */
export async function composeApp(config: Config): Promise<App> {
  const log = createLog(config.logLevel);
  const metrics = new Metrics();
  const engines = await openEngines(config, log, metrics);
  const base = { config, engines, log, metrics };
  const writing = composeWriting(base);
  const finding = await composeFinding(base, writing);
  const consumers = composeConsumers(base, writing, finding);
  const { shards, eventLog } = engines;
  const events = createEvents({
    shards,
    log: eventLog,
    consumers,
    logger: log.child({ part: 'events' }),
    metrics,
    clock: systemClock,
  });
  const { store, media, pins, boards, jobs } = writing;
  const analytics = createAnalytics({ ...writing, tallies: engines.tallies, clock: systemClock });
  const capacity = composeCapacity(config, engines);
  const backups = composeBackups(config, engines);
  const kept = await composeArchive(config, engines, log, metrics);
  const migrations = createMigrations({
    router: shards,
    registry: engines.registry,
    clock: systemClock,
    log: log.child({ part: 'migrations' }),
    metrics,
  });
  const imports = createImports({ media, pins, boards, store, log, inFlight: config.workers + 2 });
  return {
    config,
    log,
    metrics,
    engines,
    services: { ...writing, ...finding, ...kept, events, analytics, imports, capacity, backups, migrations },
    async start() {
      // First: a shard that was changing engines when the process died takes no writes before.
      await migrations.open();
      await pins.restore();
      await events.start();
      await jobs.start();
      kept.archive.start();
    },
    async stop() {
      await jobs.stop();
      await writing.actions.close();
      await events.stop();
      await kept.queries.close();
      await kept.archive.stop();
      await migrations.stop();
      await finding.vision.close();
      await engines.close();
    },
  };
}
