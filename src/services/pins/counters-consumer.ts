import type { CountedEvent, CounterDelta, Counters } from '#engines/counters/port';
import {
  type BoardData,
  boardPinsCounter,
  publicBoardsCounter,
  publicPinsCounter,
} from '#services/boards/contract';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import { type FollowBody, followersCounter } from '#services/follows/contract';
import { type PinData, savesCounter } from './contract.ts';

/** Which counters a thing counts in while it is there. */
function countersOf(type: string, body: unknown): string[] {
  if (type.startsWith('pin.')) return countersOfPin(body as PinData);
  const { ownerId, secret } = body as BoardData;
  return secret ? [] : [publicBoardsCounter(ownerId)];
}

/** A board's own count is seen only by those who see the board, so it counts secret pins; all others do not. */
function countersOfPin({ boardId, mediaId, ownerId, secret }: PinData): string[] {
  const open = secret ? [] : [savesCounter(mediaId), publicPinsCounter(ownerId)];
  return [boardPinsCounter(boardId), ...open];
}

function deltasOf({ type, body, before }: DeliveredChange): CounterDelta[] {
  switch (type) {
    case 'follow.created':
    case 'follow.removed': {
      const { target } = body as unknown as FollowBody;
      return [{ counter: followersCounter(target), by: type === 'follow.created' ? 1 : -1 }];
    }
    case 'pin.created':
    case 'board.created':
      return countersOf(type, body).map((counter) => ({ counter, by: 1 }));
    case 'pin.removed':
    case 'board.removed':
      return countersOf(type, body).map((counter) => ({ counter, by: -1 }));
    case 'pin.updated':
    case 'board.updated':
      return before ? difference(countersOf(type, before), countersOf(type, body)) : [];
    default:
      return [];
  }
}

function difference(before: readonly string[], after: readonly string[]): CounterDelta[] {
  const left = before.filter((counter) => !after.includes(counter));
  const joined = after.filter((counter) => !before.includes(counter));
  return [...left.map((counter) => ({ counter, by: -1 })), ...joined.map((counter) => ({ counter, by: 1 }))];
}

/** Makes the consumer that counts pins, boards, saves and followers, each event once. It owns all the counters given. */
export function createCountersConsumer({ counters }: { counters: Counters }): Consumer {
  return {
    name: 'counters',
    needsOrder: true,
    async apply(changes) {
      const counted = changes.map(
        (change): CountedEvent => ({
          source: `${change.position.partition}:${change.shard}`,
          sequence: change.sequence,
          deltas: deltasOf(change),
        }),
      );
      await counters.apply(counted.filter(({ deltas }) => deltas.length > 0));
    },
    settle: () => counters.settle(),
    reset: () => counters.clear(),
  };
}
