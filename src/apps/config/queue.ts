/** Where jobs are kept, as people write it. */
import { InvalidInputError } from '#kernel/errors';

/** A file in the data folder, every engine of the map of shards, or a server of its own. */
export type QueuePlace =
  | { readonly kind: 'sqlite' }
  | { readonly kind: 'shards' }
  | { readonly kind: 'mysql'; readonly url: string };

/** A place as one word or address. `field` names it in errors. */
export function queuePlace(field: string, text: string): QueuePlace {
  if (text === 'sqlite' || text === 'shards') return { kind: text };
  if (/^mysql:\/\/./.test(text) && URL.canParse(text)) return { kind: 'mysql', url: text };
  throw new InvalidInputError(field, 'must be sqlite, shards or mysql://user:password@host:port');
}
