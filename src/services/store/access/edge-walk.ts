import type { MappingEntry } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import type { EdgeRequest } from '../contract.ts';
import type { Reading } from './readings.ts';

/** How many edges are read at once behind a first page of which some were hidden. */
const nextLook = 200;
/** How many hidden edges are passed over before a list counts as ended, so that nobody makes others' reads slow. */
const mostHidden = 5000;

/** One list of edges being read, page by page, until it is full. */
export class EdgeWalk {
  readonly isFiltered: boolean;
  readonly edges: MappingEntry[] = [];
  readonly #request: EdgeRequest;
  #after: Pick<MappingEntry, 'sequence' | 'to'> | undefined;
  #asked: number;
  #hidden = 0;
  isOpen: boolean;

  constructor(request: EdgeRequest, may: Reading) {
    this.#request = request;
    this.#after = request.after;
    this.#asked = request.limit;
    this.isFiltered = may === 'visible';
    this.isOpen = may !== 'none' && request.limit > 0;
  }

  /** The page to be read. */
  next(): EdgeRequest {
    return { ...this.#request, after: this.#after, limit: this.#asked };
  }

  /** Takes a page; of a filtered list, the edges that lead to what is `seen`. */
  take(page: readonly MappingEntry[], seen: ReadonlyMap<Id, unknown>): void {
    const shown = this.isFiltered ? page.filter(({ to }) => seen.has(to)) : page;
    this.edges.push(...shown.slice(0, this.#request.limit - this.edges.length));
    this.#hidden += page.length - shown.length;
    this.#after = page.at(-1);
    const isFull = this.edges.length >= this.#request.limit || this.#hidden >= mostHidden;
    this.isOpen = this.isFiltered && page.length === this.#asked && !isFull;
    this.#asked = Math.max(nextLook, this.#request.limit);
  }
}
