/** Saves by several people while shards fail and hang and the program dies, thousands of times over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { faults } from './support/faulty-shards.ts';
import { SavesBed } from './support/saves-bed.ts';
import { SavesWorld } from './support/saves-world.ts';
import { seeded } from './support/seeded.ts';

const rounds = Number(process.env['PINAKES_SAVE_ROUNDS'] ?? 200);
const seed = Number(process.env['PINAKES_SAVE_SEED'] ?? Date.now() % 1_000_000);

/** A round: faults come and go, people save and remove, the program may die, and then everything is healed and counted. */
class Round {
  readonly #bed: SavesBed;
  readonly #world: SavesWorld;
  readonly #random: () => number;
  readonly #started: Promise<void>[] = [];

  constructor(bed: SavesBed, world: SavesWorld, random: () => number) {
    this.#bed = bed;
    this.#world = world;
    this.#random = random;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #break(): void {
    this.#bed.faulty.set(this.#world.someShard(), faults[this.#below(faults.length)] ?? 'refuse');
  }

  async run(): Promise<void> {
    const removeBoard = this.#chance(0.15) ? await this.#world.doom() : undefined;
    for (let n = this.#below(4); n > 0; n -= 1) this.#break();
    await this.#mortal(40, async () => {
      this.#started.push(this.#world.savers(1 + this.#below(4)));
      if (removeBoard) this.#started.push(removeBoard());
      for (let n = this.#below(4); n > 0; n -= 1) await this.#happen();
      await this.#started[0];
    });
    // A program that has just been born may die as well.
    if (this.#chance(0.1)) await this.#mortal(20, () => this.#world.savers(2));
    for (let n = this.#below(3); n > 0; n -= 1) this.#started.push(this.#world.removeOne());
    this.#bed.faulty.healAll();
    await Promise.all(this.#started);
    await this.#world.end();
  }

  /** Something happens in the middle of it. */
  async #happen(): Promise<void> {
    for (let turns = this.#below(4); turns > 0; turns -= 1) await nextTurn();
    if (this.#chance(0.3)) await pause(1);
    if (this.#chance(0.3)) this.#break();
    if (this.#chance(0.3)) this.#bed.faulty.heal(this.#world.someShard());
    this.#started.push(this.#world.savers(1 + this.#below(2)));
    if (this.#chance(0.4)) this.#started.push(this.#world.removeOne());
  }

  /** Does something during which the program may die; then it is born again. */
  async #mortal(calls: number, work: () => Promise<void>): Promise<void> {
    const { life } = this.#bed.now;
    if (this.#chance(0.4)) life.endAfter(1 + this.#below(calls));
    const working = work();
    this.#started.push(working);
    await Promise.race([working, life.ended]);
    life.endAfter(Number.POSITIVE_INFINITY);
    // A death that has begun comes about within this turn.
    await nextTurn();
    if (life.isOver) await this.#world.rebirth();
  }
}

test('no acknowledged save is lost or doubled, whatever dies', { timeout: 3_600_000 }, async (t) => {
  const random = seeded(seed);
  const bed = await SavesBed.open(random);
  const world = new SavesWorld(bed, random);
  await world.settle();
  let done = 0;
  try {
    for (; done < rounds; done += 1) await new Round(bed, world, random).run();
    await world.checkGone();
  } catch (error) {
    throw new Error(`seed ${seed}, round ${done}: ${(error as Error).message}`, { cause: error });
  } finally {
    await bed.close();
  }
  t.diagnostic(`seed ${seed}, ${rounds} rounds: ${JSON.stringify(world.tally)}`);
  const { saves, provisional, refused, deaths, removed, impossible } = world.tally;
  const met = { saves, provisional, refused, deaths, removed, impossible };
  for (const [what, count] of Object.entries(met)) assert.ok(count > 0, `the rounds met some ${what}`);
});
