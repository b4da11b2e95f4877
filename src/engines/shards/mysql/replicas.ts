/** The servers that follow a primary. */
import type { Link } from './link.ts';
import { covers, lengthOf, noPosition, type Position, waitingSql } from './position.ts';
import { probe } from './probe.ts';
import type { Server } from './server.ts';

/** The replicas of one primary. */
export class Replicas {
  readonly #all: readonly Server[];

  constructor(all: readonly Server[]) {
    this.#all = all;
  }

  /** One that is up and passes; the same for a shard as long as the same ones do, so that its rows stay in memory there. */
  pick(shard: number, passes: (applied: Position) => boolean): Server | undefined {
    const fit = this.#all.filter(({ watch }) => {
      const { applied } = watch;
      return watch.state === 'up' && applied !== undefined && passes(applied);
    });
    return fit[shard % fit.length];
  }

  /** Those that hold what their primary had, the furthest first. One that never followed may have gone its own way. */
  async byLength(): Promise<Server[]> {
    await Promise.all(this.#all.map(({ watch }) => watch.firstLook));
    const rest = this.#all.filter(({ watch }) => !watch.isGone && watch.hasFollowed);
    const length = ({ watch }: Server) => lengthOf(watch.applied ?? noPosition);
    return rest.toSorted((a, b) => length(b) - length(a));
  }
}

/** Whether a replica will apply more by itself, as it has received more than it has applied. */
async function isApplying(link: Link): Promise<boolean> {
  const { following } = await probe(link);
  return following?.isApplying === true && !following.hasCaughtUp;
}

/**
 * Waits until a replica has applied everything up to a position, or all that it received, or it is `until`, but for a second at
 * least; answers whether it is there.
 */
export async function hasReached(
  replica: Server,
  link: Link,
  position: Position,
  until: number,
): Promise<boolean> {
  if (covers(replica.watch.applied ?? noPosition, position)) return true;
  do {
    const [answer] = await link.run([waitingSql(position, 1)]);
    if (String(answer?.rows[0]?.[0]) === '0') return true;
  } while (performance.now() < until && (await isApplying(link)));
  return false;
}
