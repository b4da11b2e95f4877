import { Clock, Search } from 'lucide-preact';
import type { Suggestion } from '#services/search/contract';
import { pictureUrl } from '../../shared/pin/picture-url.ts';

/** What the list shows. */
export interface SuggestionListProps {
  readonly id: string;
  readonly items: readonly Suggestion[];
  /** The index that the arrows are at; -1 for none. */
  readonly active: number;
  readonly isRecent: boolean;
  readonly onPick: (text: string) => void;
  readonly onForget: () => void;
}

interface FaceProps {
  readonly item: Suggestion;
  readonly isRecent: boolean;
}

function Face({ item, isRecent }: FaceProps) {
  if (item.signature) return <img src={pictureUrl(item.signature, 236)} alt="" />;
  const Icon = isRecent ? Clock : Search;
  return (
    <span class="suggestion-face">
      <Icon size={18} aria-hidden="true" />
    </span>
  );
}

/** Suggestions under the field, each with the picture of its best pin. */
export function SuggestionList({ id, items, active, isRecent, onPick, onForget }: SuggestionListProps) {
  return (
    <div class="suggestions">
      <div id={`${id}-list`} role="listbox" aria-label={isRecent ? 'Recent searches' : 'Suggestions'}>
        {items.map((item, index) => (
          <button
            key={item.text}
            type="button"
            tabIndex={-1}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick(item.text)}
          >
            <Face item={item} isRecent={isRecent} />
            {item.text}
          </button>
        ))}
      </div>
      {isRecent && (
        <button type="button" class="suggestions-forget" onClick={onForget}>
          Forget these
        </button>
      )}
    </div>
  );
}
