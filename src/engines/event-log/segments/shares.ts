/** Which member of a group gets which partition. */

/**
 * The owner of each partition, from who has it now (null: nobody). Shares differ by one at most; a partition stays where it is
 * unless its owner is gone or has more than its share. The same input gives the same answer in every process. Balanced input
 * is answered unchanged. Without members nobody owns anything.
 */
export function sharedOut(members: readonly string[], owners: readonly (string | null)[]): (string | null)[] {
  const sorted = [...members].sort();
  if (sorted.length === 0) return owners.map(() => null);
  const had = (member: string): number => owners.filter((owner) => owner === member).length;
  // Who has most now gets the larger shares, so that as little moves as can be.
  const ranked = sorted.toSorted((a, b) => had(b) - had(a));
  const [least, over] = [Math.floor(owners.length / sorted.length), owners.length % sorted.length];
  const room = new Map(ranked.map((member, i) => [member, i < over ? least + 1 : least]));
  const take = (member: string): boolean => {
    const left = room.get(member) ?? 0;
    if (left > 0) room.set(member, left - 1);
    return left > 0;
  };
  const kept = owners.map((owner) => (owner !== null && take(owner) ? owner : null));
  return kept.map((owner) => owner ?? ranked.find((member) => take(member)) ?? null);
}
