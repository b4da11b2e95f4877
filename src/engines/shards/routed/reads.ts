/** Counts reads, so that one can wait for those under way. */

/** Reads that began between two waits. */
interface Round {
  running: number;
  ended: (() => void) | undefined;
}

function endOf(round: Round): Promise<void> {
  return new Promise((resolve) => {
    if (round.running === 0) resolve();
    else round.ended = resolve;
  });
}

/** Reads under way. */
export class Reads {
  #round: Round = { running: 0, ended: undefined };
  #last: Promise<void> = Promise.resolve();

  /** Runs a read. */
  async run<T>(read: () => Promise<T>): Promise<T> {
    const round = this.#round;
    round.running += 1;
    try {
      return await read();
    } finally {
      round.running -= 1;
      if (round.running === 0) round.ended?.();
    }
  }

  /** Resolves when the reads that are under way have ended. */
  ended(): Promise<void> {
    const round = this.#round;
    this.#round = { running: 0, ended: undefined };
    const before = this.#last;
    this.#last = before.then(() => endOf(round));
    return this.#last;
  }
}
