import { personQuery } from '../../shared/api/person.ts';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { plural } from '../../shared/ui/format.ts';

/** What a person's page says about itself. */
export function head({ api, client, params }: PageContext): Head {
  const person = client.getQueryData(personQuery(api, params['name'] ?? '').queryKey);
  if (!person) return { title: 'Person', hidden: true };
  const { boards, pins } = person.counts;
  return {
    title: person.displayName,
    description: person.about || `${plural(boards, 'board')} with ${plural(pins, 'picture')}.`,
  };
}
