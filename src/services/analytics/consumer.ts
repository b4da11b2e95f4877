/** From the event log to the tallies: impressions, closeups and clicks from actions, saves from what is stored. */
import type { Tallies, TallyEvent } from '#engines/tallies/port';
import { isId } from '#kernel/ids';
import type { DeliveredAction } from '#services/actions/contract';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import type { PinData, Pins } from '#services/pins/contract';

/** What the consumer stands on. */
export interface AnalyticsConsumerDeps {
  readonly tallies: Tallies;
  readonly pins: Pick<Pins, 'data'>;
}

const kinds = { impression: 'impressions', closeup: 'closeups', click: 'clicks' } as const;

function tallyOf(action: DeliveredAction): TallyEvent[] {
  if (action.type !== 'impression' && action.type !== 'closeup' && action.type !== 'click') return [];
  const { id, at, pinId: subject, boardId: group } = action;
  return [{ id, at, subject, group, kind: kinds[action.type] }];
}

/** What tells a save from every other one: the pin that it made, and when. */
const idOfSave = ({ shard, sequence }: DeliveredChange): string => `save-${shard}-${sequence}`;

const savedFrom = ({ type, body }: DeliveredChange): PinData['savedFrom'] => {
  const id = type === 'pin.created' ? (body as unknown as PinData).savedFrom : null;
  return isId(id) ? id : null;
};

/** Makes the consumer. Events count once by their ids; a save counts for the board that its source is on when it is counted. */
export function createAnalyticsConsumer({ tallies, pins }: AnalyticsConsumerDeps): Consumer {
  return {
    name: 'analytics',
    async apply(changes) {
      const saves = changes.flatMap((change) => {
        const subject = savedFrom(change);
        return subject ? [{ id: idOfSave(change), at: change.at, subject }] : [];
      });
      const sources = await pins.data([...new Set(saves.map(({ subject }) => subject))]);
      const group = (subject: (typeof saves)[number]['subject']) => sources.get(subject)?.boardId ?? '';
      if (saves.length > 0)
        await tallies.add(saves.map((save) => ({ ...save, group: group(save.subject), kind: 'saves' })));
    },
    async applyActions(actions) {
      const events = actions.flatMap(tallyOf);
      if (events.length > 0) await tallies.add(events);
    },
    reset: () => tallies.clear(),
  };
}
