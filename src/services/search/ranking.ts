/** Ranks pins that words matched: mostly by the words, a little by saves and freshness. */
import type { Counters } from '#engines/counters/port';
import type { TextMatch } from '#engines/text-index/port';
import { system } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { type PinData, savesCounter } from '#services/pins/contract';
import { dataOf, type Store } from '#services/store/contract';
import type { RankedPin } from './skeleton.ts';

/** What ranking stands on. */
export interface RankingDeps {
  readonly store: Pick<Store, 'getMany'>;
  readonly counters: Pick<Counters, 'getMany'>;
  readonly clock: Clock;
}

const weights = { saves: 0.08, freshness: 0.04 } as const;
const halfSaves = 4;
const monthMs = 30 * 24 * 60 * 60 * 1000;

/** From 0 to 1 like a text score. A saved or fresh pin passes others whose words match about as well, never far better ones. */
function rankOf(text: number, saves: number, ageMs: number): number {
  const doublings = Math.log2(1 + saves);
  const popular = doublings / (doublings + halfSaves);
  const fresh = Math.exp(-Math.max(0, ageMs) / monthMs);
  const most = 1 + weights.saves + weights.freshness;
  return (text * (1 + weights.saves * popular + weights.freshness * fresh)) / most;
}

/** The matches as pins, best first; pins that are gone are left out. Cost: two batched reads. */
export async function rank(deps: RankingDeps, matches: readonly TextMatch[]): Promise<RankedPin[]> {
  const pins = await deps.store.getMany(
    system,
    matches.map(({ id }) => id),
  );
  const mediaOf = new Map([...pins].map(([id, pin]) => [id, dataOf<PinData>(pin).mediaId]));
  const saves = await deps.counters.getMany([...new Set(mediaOf.values())].map(savesCounter));
  const now = deps.clock.now();
  const ranked = matches.flatMap(({ id, score }): RankedPin[] => {
    const [pin, mediaId] = [pins.get(id), mediaOf.get(id)];
    if (pin === undefined || mediaId === undefined) return [];
    const saved = saves.get(savesCounter(mediaId)) ?? 0;
    return [{ pinId: id, mediaId, score: rankOf(score, saved, now - pin.createdAt) }];
  });
  return ranked.sort((a, b) => b.score - a.score);
}
