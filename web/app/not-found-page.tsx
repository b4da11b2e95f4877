import type { Head } from '../shared/nav/page.ts';
import { useTitle } from '../shared/nav/use-title.ts';
import { ButtonLink } from '../shared/ui/button-link.tsx';
import { EmptyNote } from '../shared/ui/note.tsx';

/** Where nothing is. */
export function Page() {
  useTitle('Not found');
  return (
    <>
      <h1 class="visually-hidden">Not found</h1>
      <EmptyNote act={<ButtonLink href="/">See what is new</ButtonLink>}>
        There is nothing at this address. It may have been removed, or kept secret by its owner.
      </EmptyNote>
    </>
  );
}

export const head = (): Head => ({ title: 'Not found', hidden: true });
