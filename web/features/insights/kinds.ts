import type { Counts } from '#services/analytics/contract';

/** What is counted. */
export type Kind = keyof Counts;

/** What is counted, in words, in the order of what leads to what. */
export const kinds: readonly { readonly kind: Kind; readonly name: string; readonly meaning: string }[] = [
  { kind: 'impressions', name: 'Seen', meaning: 'at least half in view for a second' },
  { kind: 'closeups', name: 'Opened', meaning: 'looked at large' },
  { kind: 'saves', name: 'Saved', meaning: 'kept on a board' },
  { kind: 'clicks', name: 'Followed', meaning: 'to the source, the person or the board' },
];

/** The height of each bar, from 0 to 1; all 0 when there is nothing. */
export function shares(amounts: readonly number[]): number[] {
  const most = Math.max(0, ...amounts);
  return amounts.map((amount) => (most === 0 ? 0 : amount / most));
}
