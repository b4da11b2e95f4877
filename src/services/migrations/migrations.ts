/** The migrations of one installation, those that are under way and those that were. */
import type { Registry } from '#engines/registry/port';
import type { ShardRouter } from '#engines/shards/routing';
import { backendOf } from '#engines/shards/topology-ranges';
import type { Clock } from '#kernel/clock';
import { InvalidInputError, NotFoundError, UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { MigrationReport, MigrationRequest, MigrationStatus, Migrations } from './contract.ts';
import { Ledger } from './ledger.ts';
import { MigrationMeter } from './meter.ts';
import { hasEnded } from './record.ts';
import { addRecord, type KeptRecord, readRecords } from './records.ts';
import { Runner } from './runner.ts';
import { prepared } from './starting.ts';
import { reportOf, statusOf } from './view.ts';
import type { Baseline } from './work.ts';

/** What the service stands on. */
export interface MigrationsDeps {
  readonly router: ShardRouter;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  /** How long an automatic migration watches reads first; 1,000 reads or 3 s when left out. */
  readonly baseline?: Baseline | undefined;
}

const usualBaseline: Baseline = { reads: 1000, ms: 3000 };
const tellEveryMs = 250;

/** Runs in the one process that holds the data folder. */
export class RegisteredMigrations implements Migrations {
  readonly #deps: MigrationsDeps;
  readonly #meter: MigrationMeter;
  /** All of them by name, the oldest first. Those that have ended run nothing. */
  readonly #all = new Map<string, Runner>();
  #starting: Promise<unknown> = Promise.resolve();

  constructor(deps: MigrationsDeps) {
    this.#deps = deps;
    this.#meter = new MigrationMeter(deps.metrics);
  }

  async open(): Promise<void> {
    for (const kept of await readRecords(this.#deps.registry)) {
      const runner = this.#add(kept);
      if (hasEnded(kept.record)) continue;
      await runner.repair().catch((error: unknown) => {
        this.#deps.log.error({ err: error, migration: kept.record.name }, 'a migration cannot go on now');
      });
      runner.start();
    }
  }

  async start(request: MigrationRequest): Promise<MigrationStatus> {
    const started = this.#starting.then(() => this.#start(request));
    this.#starting = started.catch(() => undefined);
    return started;
  }

  async #start(request: MigrationRequest): Promise<MigrationStatus> {
    const { router, registry, clock } = this.#deps;
    const others = [...this.#all.values()].map(({ ledger }) => ledger.record);
    const record = await prepared({ router, now: clock.now(), others }, request);
    const runner = this.#add(await addRecord(registry, record));
    runner.start();
    return this.#view(runner);
  }

  async list(): Promise<MigrationStatus[]> {
    return [...this.#all.values()].reverse().map((runner) => ({ ...this.#view(runner), shards: [] }));
  }

  async status(name?: string): Promise<MigrationStatus> {
    return this.#view(this.#named(name, true));
  }

  async advance(name?: string, { percent }: { percent?: number | undefined } = {}): Promise<MigrationStatus> {
    const runner = this.#named(name);
    await runner.advance(percent);
    return this.#view(runner);
  }

  async rollback(name?: string): Promise<MigrationStatus> {
    const runner = this.#named(name);
    await runner.rollback();
    return this.#view(runner);
  }

  async finish(
    name?: string,
    { drop = false }: { drop?: boolean | undefined } = {},
  ): Promise<MigrationStatus> {
    const runner = this.#named(name);
    await runner.finish(drop);
    return this.#view(runner);
  }

  async report(name?: string): Promise<MigrationReport> {
    return reportOf(this.#named(name, true).ledger, this.#deps.clock.now());
  }

  async settled(
    name: string | undefined,
    { signal, onProgress }: NonNullable<Parameters<Migrations['settled']>[1]> = {},
  ): Promise<MigrationStatus> {
    const runner = this.#named(name, true);
    while (!runner.isSettled) {
      signal?.throwIfAborted();
      if (runner.isStopped) throw new UnavailableError('the migration goes on when Pinakes is started again');
      onProgress?.(this.#view(runner));
      await runner.changed.wait(tellEveryMs);
    }
    onProgress?.(this.#view(runner));
    return this.#view(runner);
  }

  async stop(): Promise<void> {
    await this.#starting;
    await Promise.all(this.#all.values().map((runner) => runner.stop()));
  }

  #add(kept: KeptRecord): Runner {
    const { router, clock, log, baseline = usualBaseline } = this.#deps;
    const ledger = new Ledger(kept, this.#meter);
    const runner = new Runner({ router, ledger, clock, log, baseline });
    this.#all.set(kept.record.name, runner);
    return runner;
  }

  /** One by its name; without one, the only one under way, or the last one where `ended` ones will do. */
  #named(name: string | undefined, ended = false): Runner {
    const all = [...this.#all.values()];
    const going = all.filter(({ ledger }) => !hasEnded(ledger.record));
    if (name === undefined && going.length > 1) {
      const names = going.map(({ ledger }) => ledger.record.name);
      throw new InvalidInputError('name', `must be one of: ${names.join(', ')}`);
    }
    const last = ended ? all.at(-1) : undefined;
    const runner = name === undefined ? (going[0] ?? last) : this.#all.get(name);
    if (!runner) throw new NotFoundError(name === undefined ? 'migration' : `migration: ${name}`);
    return runner;
  }

  #view(runner: Runner): MigrationStatus {
    const { record } = runner.ledger;
    const { topology } = this.#deps.router;
    return statusOf({
      record,
      isSettled: runner.isSettled,
      // One that was taken back may have named an engine that is no more.
      hasMoved: ({ shard }) => backendOf(topology, shard) === record.to,
    });
  }
}
