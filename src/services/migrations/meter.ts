import type { Metrics } from '#kernel/metrics';

/** What migrations measure of themselves; nothing without `metrics`. */
export class MigrationMeter {
  readonly #rows: ReturnType<Metrics['counter']> | undefined;
  readonly #differences: ReturnType<Metrics['counter']> | undefined;
  readonly #shadows: ReturnType<Metrics['counter']> | undefined;
  readonly #failed: ReturnType<Metrics['counter']> | undefined;
  readonly #switches: ReturnType<Metrics['timer']> | undefined;

  constructor(metrics?: Metrics) {
    this.#rows = metrics?.counter('pinakes_migration_rows_total', 'Rows brought to another engine.', ['by']);
    this.#differences = metrics?.counter('pinakes_migration_differences_total', 'Rows found unlike.');
    this.#shadows = metrics?.counter('pinakes_migration_shadow_reads_total', 'Reads repeated elsewhere.', [
      'outcome',
    ]);
    this.#failed = metrics?.counter(
      'pinakes_migration_failed_total',
      'Reads and writes that failed meanwhile.',
    );
    this.#switches = metrics?.timer(
      'pinakes_migration_cutover_seconds',
      'Time that writers of a shard waited.',
    );
  }

  /** Rows were brought, `copied` in pages or `followed` by the journal. */
  rows(by: 'copied' | 'followed', count: number): void {
    this.#rows?.inc({ by }, count);
  }

  /** A row was found unlike. */
  differs(): void {
    this.#differences?.inc();
  }

  /** A read was repeated. */
  shadowed(outcome: string): void {
    this.#shadows?.inc({ outcome });
  }

  /** Somebody's read or write failed. */
  failed(): void {
    this.#failed?.inc();
  }

  /** A shard changed engines. */
  switched(ms: number): void {
    this.#switches?.observe(ms / 1000);
  }
}
