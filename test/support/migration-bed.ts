/** Migrations over real engines in a folder, that can be closed and opened again at any moment. */
import type { Registry } from '#engines/registry/port';
import type { ShardRouter } from '#engines/shards/routing';
import type { BackendSpec, Topology } from '#engines/shards/topology';
import { type ManualClock, systemClock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import { silentLog } from '#kernel/log';
import type { Migrations } from '#services/migrations/contract';
import { createMigrations } from '#services/migrations/index';
import { Life } from './mortal.ts';
import { RouterBed } from './router-bed.ts';

/** The engine that shards of a bed are moved to. */
export const target: BackendSpec = { kind: 'sqlite', folder: 'target' };

/** A bed that is open. */
export class MigrationBed {
  readonly #bed: RouterBed;
  #registry: Registry | undefined;
  #router: ShardRouter | undefined;
  #migrations: Migrations | undefined;

  private constructor(bed: RouterBed) {
    this.#bed = bed;
  }

  /** Makes a bed and opens it. */
  static async make(topology: Topology): Promise<MigrationBed> {
    const bed = new MigrationBed(await RouterBed.make(topology));
    await bed.open();
    return bed;
  }

  /** The same as it is while closed, in folders of its own, not yet open. */
  async copy(clock: ManualClock): Promise<MigrationBed> {
    return new MigrationBed(await this.#bed.copy(clock));
  }

  get router(): ShardRouter {
    if (!this.#router) throw new Error('the bed is closed');
    return this.#router;
  }

  get migrations(): Migrations {
    if (!this.#migrations) throw new Error('the bed is closed');
    return this.#migrations;
  }

  /** Opens everything; migrations that were under way go on. With `life`, until that ends. */
  async open(life = new Life()): Promise<void> {
    const registry = await this.#bed.registry();
    this.#registry = registry;
    this.#router = await this.#bed.router(life.of(registry), {
      shadowPausesMs: [5, 50, 500, 2000, 5000],
      open: async (spec, counts) => life.of(await this.#bed.open(spec, counts)),
    });
    this.#migrations = createMigrations({
      router: this.#router,
      registry: life.of(registry),
      clock: systemClock,
      log: silentLog,
      baseline: { reads: 0, ms: 0 },
    });
    await this.#migrations.open();
  }

  /** Stops in order; what a dead process cannot keep is lost. */
  async close(): Promise<void> {
    await this.#migrations?.stop().catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error;
    });
    await this.#router?.close();
    await this.#registry?.close();
    this.#migrations = undefined;
  }

  /** All rows of a shard in one of its engines, by table. */
  async rows(shard: number, name: string): Promise<Record<string, unknown>> {
    const engine = await this.router.engine(name);
    const tables = (await engine.tables(shard)).toSorted();
    const pages = await Promise.all(tables.map((table) => engine.page(shard, table, undefined, 100_000)));
    return Object.fromEntries(tables.flatMap((table, i) => (pages[i]?.length ? [[table, pages[i]]] : [])));
  }

  /** Closes and opens again. */
  async reopen(): Promise<void> {
    await this.close();
    await this.open();
  }

  /** Closes and removes everything. */
  async remove(): Promise<void> {
    await this.close();
    await this.#bed.remove();
  }
}
