/** How hooks do: those that fail are spared for a while, and disabled when that lasts. */
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { Hook, Hooks } from './hooks.ts';

const dayMs = 86_400_000;
/** How long every delivery may fail before a hook is disabled. */
const patienceMs = 3 * dayMs;
/** Failures in a row from which on a hook is spared, for twice as long each time. */
const toleratedFailures = 3;
const firstPauseMs = 5000;
const longestPauseMs = 300_000;

/** Keeps what became of deliveries, hook by hook. */
export class HookHealth {
  readonly #hooks: Hooks;
  readonly #clock: Clock;
  /** Failures in a row, and until when to spare the hook; gone with the process. */
  readonly #failing = new Map<string, { failures: number; until: number }>();

  constructor(hooks: Hooks, clock: Clock) {
    this.#hooks = hooks;
    this.#clock = clock;
  }

  /** Throws `UnavailableError` while a hook is spared, so that one that does not answer holds up no other. */
  requireReady({ id }: Hook): void {
    if (this.#clock.now() < (this.#failing.get(id)?.until ?? 0))
      throw new UnavailableError('the other side has failed several times in a row and is given time');
  }

  async succeeded({ id, failingSince }: Hook): Promise<void> {
    this.forget(id);
    if (failingSince !== null) await this.#hooks.edit(id, { failingSince: null });
  }

  /** Notes a failure; disables the hook when it has gone on for three days, or at once when told that it is over. */
  async failed(hook: Hook, isOver: boolean): Promise<void> {
    const now = this.#clock.now();
    const failures = (this.#failing.get(hook.id)?.failures ?? 0) + 1;
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - toleratedFailures));
    this.#failing.set(hook.id, { failures, until: failures < toleratedFailures ? 0 : now + pause });
    const since = hook.failingSince ?? now;
    const isLong = now - since >= patienceMs;
    if (isOver || isLong) {
      const reason = isOver
        ? 'the other side says that it is gone'
        : 'every delivery has failed for three days';
      await this.#hooks.edit(hook.id, { enabled: false, reason, failingSince: since });
    } else if (hook.failingSince === null) {
      await this.#hooks.edit(hook.id, { failingSince: now });
    }
  }

  forget(id: string): void {
    this.#failing.delete(id);
  }
}
