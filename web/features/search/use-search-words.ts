import { useEffect, useState } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import { go } from '../../shared/nav/location.ts';
import { rememberSearch } from './recent.ts';

/** The words in the field: those of the search page, until one types. */
export function useSearchWords() {
  const [path] = useLocation();
  const found = new URLSearchParams(useSearch()).get('q') ?? '';
  const here = path === '/search' ? found : '';
  const [words, setWords] = useState(here);
  useEffect(() => setWords(here), [here]);
  const search = (wanted: string) => {
    const trimmed = wanted.trim();
    if (trimmed === '') return;
    rememberSearch(localStorage, trimmed);
    document.getElementById('search')?.blur();
    void go(`/search?q=${encodeURIComponent(trimmed)}`);
  };
  return { words, setWords, search };
}
