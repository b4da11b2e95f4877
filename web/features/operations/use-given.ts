import { useMemo } from 'preact/hooks';
import { useSearch } from 'wouter-preact';
import { go } from '../../shared/nav/location.ts';
import { useLatest } from '../../shared/ui/use-latest.ts';
import type { Given } from './api/get-plan.ts';
import { planGroups } from './plan-fields.ts';

const path = '/operations/plan';
const known = [
  ...planGroups.flatMap(({ fields }) => fields.map(({ name }) => name as string)),
  'pinsPerPerson',
];

/** The figures that an address gives. */
export function givenIn(search: string): Given {
  const query = new URLSearchParams(search);
  const pairs = known.map((name) => [name, query.get(name) ?? ''] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

/** With one more given; with an empty one, without it. */
export function givenWith(given: Given, name: string, value: string): Given {
  const replaced = name === 'pins' ? [name, 'pinsPerPerson'] : [name];
  const others = Object.entries(given).filter(([known]) => !replaced.includes(known));
  return Object.fromEntries(value === '' ? others : [...others, [name, value]]);
}

/** The figures in the page's address, and how to change them: whoever gets the address sees the same plan. */
export function useGiven() {
  const search = useSearch();
  const given = useMemo(() => givenIn(search), [search]);
  const show = (next: Given) => {
    const query = new URLSearchParams(next).toString();
    void go(query === '' ? path : `${path}?${query}`, { replace: true, stay: true });
  };
  const give = useLatest((name: string, value: string) => show(givenWith(given, name, value)));
  return { given, give, clear: () => show({}) };
}
