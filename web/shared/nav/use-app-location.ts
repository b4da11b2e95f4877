import type { BaseLocationHook, BaseSearchHook } from 'wouter-preact';
import { entry, type GoOptions, go } from './location.ts';

interface ServerPath {
  readonly ssrPath?: string | undefined;
  readonly ssrSearch?: string | undefined;
}

const navigate = (to: string, options?: GoOptions) => void go(to, { replace: options?.replace });

/** The router's location: the server's request while rendering there, else the history's entry. */
export const useAppLocation: BaseLocationHook = (router?: ServerPath) => [
  router?.ssrPath ?? entry.value.path,
  navigate,
];

const useAppSearch: BaseSearchHook = (router?: ServerPath) =>
  router?.ssrPath === undefined ? entry.value.search : (router.ssrSearch ?? '');

useAppLocation.searchHook = useAppSearch;
