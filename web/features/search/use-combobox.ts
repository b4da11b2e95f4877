import { useQuery } from '@tanstack/preact-query';
import { useId, useState } from 'preact/hooks';
import type { Suggestion } from '#services/search/contract';
import { useApi } from '../../shared/api/api.ts';
import { useDebounced } from '../../shared/ui/use-debounced.ts';
import { suggestionsQuery } from './api/get-suggestions.ts';
import { forgetSearches, recentSearches } from './recent.ts';
import { stepThrough } from './step-through.ts';

const pauseMs = 80;

/** Suggestions for the words; without words, the recent searches. */
function useSuggestions(words: string, isOpen: boolean) {
  const settled = useDebounced(words.trim(), pauseMs);
  const query = useQuery({ ...suggestionsQuery(useApi(), settled), enabled: isOpen && settled !== '' });
  if (words.trim() === '')
    return isOpen ? recentSearches(localStorage).map((text) => ({ text, signature: null })) : [];
  return query.data ?? [];
}

/** A text field with a list, as the ARIA combobox pattern has it: the focus stays in the field. */
export function useCombobox(words: string, choose: (text: string) => void) {
  const id = useId();
  const [isFocused, setFocused] = useState(false);
  const [active, setActive] = useState(-1);
  const items: readonly Suggestion[] = useSuggestions(words, isFocused);
  const isOpen = isFocused && items.length > 0;
  const close = () => {
    setFocused(false);
    setActive(-1);
  };
  const pick = (text: string) => {
    close();
    choose(text);
  };
  const move = (event: KeyboardEvent, by: 1 | -1) => {
    event.preventDefault();
    setFocused(true);
    setActive(stepThrough(active, by, items.length));
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    const chosen = items[active];
    if (event.key === 'ArrowDown') move(event, 1);
    else if (event.key === 'ArrowUp') move(event, -1);
    else if (event.key === 'Escape') isOpen ? close() : event.currentTarget.blur();
    else if (event.key === 'Enter' && isOpen && chosen) {
      event.preventDefault();
      pick(chosen.text);
    } else setFocused(true);
  };
  return {
    isOpen,
    close,
    onFocusOut: (event: FocusEvent & { currentTarget: HTMLElement }) => {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)))
        close();
    },
    inputProps: {
      role: 'combobox' as const,
      'aria-expanded': isOpen,
      'aria-controls': `${id}-list`,
      'aria-autocomplete': 'list' as const,
      'aria-activedescendant': active >= 0 && isOpen ? `${id}-${active}` : undefined,
      onFocus: () => setFocused(true),
      onClick: () => setFocused(true),
      onKeyDown,
    },
    listProps: {
      id,
      items,
      active,
      isRecent: words.trim() === '',
      onPick: pick,
      onForget: () => {
        forgetSearches(localStorage);
        close();
      },
    },
  };
}
