import type { Credit as CreditView } from '#services/pins/contract';
import { hostOf, isWebUrl } from '../../shared/ui/format.ts';

/** Who made the picture; null when not known. */
export interface CreditProps {
  readonly credit: CreditView | null;
}

/** Who made the picture, under which licence, and where it is from: whatever of these is known. */
export function Credit({ credit }: CreditProps) {
  if (!credit || !(credit.author || credit.licence || credit.source)) return null;
  const { author, licence, source } = credit;
  return (
    <p class="credit">
      {author && <span>Picture by {author}</span>}
      {licence && <span>{licence}</span>}
      {source && isWebUrl(source) && (
        <a data-way="source" href={source} target="_blank" rel="noopener noreferrer">
          {hostOf(source)}
        </a>
      )}
      {source && !isWebUrl(source) && <span>{source}</span>}
    </p>
  );
}
