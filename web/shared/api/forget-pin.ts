import type { InfiniteData, QueryClient } from '@tanstack/preact-query';
import type { Page } from '#kernel/schema';
import type { PinView } from '#services/pins/contract';

type Pages = InfiniteData<Page<PinView>>;

function isPages(data: unknown): data is Pages {
  return typeof data === 'object' && data !== null && 'pages' in data;
}

/** Takes a removed pin out of every list that shows it. */
export function forgetPin(client: QueryClient, pin: PinView): void {
  client.setQueriesData({ predicate: ({ state }) => isPages(state.data) }, (data: unknown) => {
    if (!isPages(data)) return data;
    const without = (page: Page<PinView>) =>
      page.items ? { ...page, items: page.items.filter(({ id }) => id !== pin.id) } : page;
    return { ...data, pages: data.pages.map(without) };
  });
  void client.invalidateQueries({ queryKey: ['board', pin.board.id], exact: true });
}
