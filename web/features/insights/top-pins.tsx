import { Link } from 'wouter-preact';
import type { OwnInsights } from '#services/analytics/contract';
import { Picture } from '../../shared/pin/picture.tsx';
import { pinName } from '../../shared/pin/pin-name.ts';

/** The pins that were seen most. */
export interface TopPinsProps {
  readonly top: OwnInsights['top'];
}

/** The pins that were seen most, with what happened to them. */
export function TopPins({ top }: TopPinsProps) {
  if (top.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="insights-top">
      <h2 id="insights-top">Seen most</h2>
      <ul class="top-pins">
        {top.map(({ pin, impressions, closeups, saves, clicks }) => (
          <li key={pin.id}>
            <Link href={`/insights/pin/${pin.id}`} aria-label={`Insights of ${pinName(pin)}`}>
              <Picture picture={pin.picture} alt="" sizes="120px" eager={false} />
            </Link>
            <small>
              {impressions} seen · {closeups} opened · {saves} saved · {clicks} followed
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
