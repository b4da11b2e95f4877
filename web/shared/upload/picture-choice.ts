/** Pictures that were dropped, pasted or picked, and what is to become of them. */
import { signal } from '@preact/signals';

/** The pictures. `kind` is `ask` until the person has said whether to search by them or save them. */
export interface PictureChoice {
  readonly files: readonly File[];
  readonly kind: 'ask' | 'search';
}

/** What waits to be decided or searched by; null while there is nothing. */
export const pictureChoice = signal<PictureChoice | null>(null);

/** The pictures among what was dropped or pasted. */
export function picturesOf(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
}
