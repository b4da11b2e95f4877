/** What a migration has seen and done: its record, and the durations that it counts. */
import type { ShadowOutcome } from '#engines/shards/routing';
import type { Difference } from './contract.ts';
import { Latencies } from './latencies.ts';
import type { MigrationMeter } from './meter.ts';
import type { MigrationRecord, ShardRecord } from './record.ts';
import type { KeptRecord } from './records.ts';

const listedDifferences = 1000;
type Durations = keyof MigrationRecord['latencies'];

/** One migration's. */
export class Ledger {
  readonly record: MigrationRecord;
  readonly meter: MigrationMeter;
  readonly durations: Readonly<Record<Durations, Latencies>>;
  readonly #kept: KeptRecord;
  #isTouched = false;

  constructor(kept: KeptRecord, meter: MigrationMeter) {
    const { before, during, primary, other, cutovers } = kept.record.latencies;
    this.#kept = kept;
    this.record = kept.record;
    this.meter = meter;
    this.durations = {
      before: new Latencies(before),
      during: new Latencies(during),
      primary: new Latencies(primary),
      other: new Latencies(other),
      cutovers: new Latencies(cutovers),
    };
  }

  /** Whether there is something to keep. */
  get isTouched(): boolean {
    return this.#isTouched;
  }

  /** Says that there is. */
  touched(): void {
    this.#isTouched = true;
  }

  /** Keeps everything in the registry, durably. */
  async save(): Promise<void> {
    this.#isTouched = false;
    for (const [name, durations] of Object.entries(this.durations))
      this.record.latencies[name as Durations] = durations.counts();
    await this.#kept.save();
  }

  /** A read was answered. */
  read(ms: number): void {
    this.durations[this.record.phase === 'shadow-read' ? 'before' : 'during'].add(ms);
  }

  /** A read or a write failed. */
  failed(): void {
    this.record.failed += 1;
    this.meter.failed();
    this.touched();
  }

  /** A read was repeated on the other side. */
  shadowed({ kind, primaryMs, shadowMs }: ShadowOutcome): void {
    this.record.shadow[kind] += 1;
    this.meter.shadowed(kind);
    if (kind === 'failed') return;
    this.durations.primary.add(primaryMs);
    this.durations.other.add(shadowMs);
  }

  /** Rows were brought by the journal. */
  followed(rows: number): void {
    this.record.followed += rows;
    this.touched();
    this.meter.rows('followed', rows);
  }

  /** A page was copied. */
  copied(shard: ShardRecord, page: { rows: number; bytes: number; objects: number }): void {
    this.touched();
    shard.rows += page.rows;
    shard.bytes += page.bytes;
    shard.copiedObjects += page.objects;
    this.meter.rows('copied', page.rows);
  }

  /** A row was found to be unlike. */
  differs(shard: ShardRecord, difference: Difference): void {
    this.touched();
    shard.differences += 1;
    this.record.found += 1;
    this.meter.differs();
    if (this.record.differences.length < listedDifferences) this.record.differences.push(difference);
  }

  /** A shard changed engines, its writers having waited for so long. */
  switched(ms: number): void {
    this.touched();
    this.durations.cutovers.add(ms);
    this.meter.switched(ms);
  }
}
