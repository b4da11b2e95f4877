import { useInfiniteQuery, useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import { useApi } from '../../shared/api/api.ts';
import { pinQuery } from '../../shared/api/pin.ts';
import { PinList } from '../../shared/masonry/pin-list.tsx';
import { Picture } from '../../shared/pin/picture.tsx';
import { pinName } from '../../shared/pin/pin-name.ts';
import { ButtonLink } from '../../shared/ui/button-link.tsx';
import { similarToPinQuery } from './api/get-similar-to-pin.ts';
import { Asked } from './asked.tsx';

/** The pin to be like. */
export interface LikePinProps {
  readonly pinId: string;
}

/** What looks like a pin's picture. */
export function LikePin({ pinId }: LikePinProps) {
  const api = useApi();
  const pin = useQuery(pinQuery(api, pinId)).data;
  const similar = useInfiniteQuery(similarToPinQuery(api, pinId));
  const picture = pin && (
    <Link href={`/pin/${pinId}`}>
      <Picture picture={pin.picture} alt={pinName(pin)} sizes="148px" most={474} eager />
    </Link>
  );
  return (
    <>
      <Asked picture={picture}>
        <ButtonLink href={`/pin/${pinId}?lens`} look="quiet">
          Search in a part of it
        </ButtonLink>
      </Asked>
      <PinList query={similar} label="Pictures that look alike" eager={6} />
    </>
  );
}
