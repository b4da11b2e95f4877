import { queryOptions } from '@tanstack/preact-query';
import type { PinView } from '#services/pins/contract';
import type { Api } from '../../../shared/api/api.ts';

const most = 80;
const keys = new WeakMap<File, number>();
let count = 0;

/** A number that stands for a file in query keys. */
function keyOf(file: File): number {
  const known = keys.get(file) ?? ++count;
  keys.set(file, known);
  return known;
}

/** Pins that look like a picture file; the file is not kept. */
export function searchByFileQuery(api: Api, file: File) {
  return queryOptions({
    queryKey: ['search', 'picture', keyOf(file)],
    queryFn: async ({ signal }) => {
      const form = new FormData();
      form.set('file', file);
      const { items } = await api.send<{ items: PinView[] }>(
        'POST',
        `/api/search/picture?limit=${most}`,
        form,
        signal,
      );
      return items;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
