/** How often things happen: counts of the last minute by name, in five-second steps. */
import type { Clock } from '#kernel/clock';

const stepMs = 5000;
const steps = 12;

/** Counts of one minute. */
class Minute {
  readonly #counts = new Float64Array(steps);
  #last = 0;

  add(count: number, now: number): void {
    const step = this.#turn(now);
    this.#counts[step % steps] = (this.#counts[step % steps] ?? 0) + count;
  }

  total(now: number): number {
    this.#turn(now);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Empties the steps that time went over. */
  #turn(now: number): number {
    const step = Math.floor(now / stepMs);
    const passed = Math.min(steps, Math.max(0, step - this.#last));
    for (let i = 0; i < passed; i += 1) this.#counts[(step - i) % steps] = 0;
    this.#last = Math.max(this.#last, step);
    return this.#last;
  }
}

/** Counts by name and kind. */
export class Rates<Kind extends string> {
  readonly #clock: Clock;
  readonly #minutes = new Map<string, Minute>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(name: string, kind: Kind, count = 1): void {
    const key = `${kind} ${name}`;
    const minute = this.#minutes.get(key) ?? new Minute();
    this.#minutes.set(key, minute);
    minute.add(count, this.#clock.now());
  }

  /** How many there were in the last minute. */
  perMinute(name: string, kind: Kind): number {
    return this.#minutes.get(`${kind} ${name}`)?.total(this.#clock.now()) ?? 0;
  }
}
