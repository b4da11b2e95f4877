/** Makes search and the consumer that keeps its words. */
import type { Search } from './contract.ts';
import { IndexedSearch, type SearchDeps } from './search.ts';

export type { SearchDeps } from './search.ts';
export { createTextConsumer, type TextConsumerDeps } from './text-consumer.ts';

/** Makes the service. It owns nothing that needs closing. */
export function createSearch(deps: SearchDeps): Search {
  return new IndexedSearch(deps);
}
