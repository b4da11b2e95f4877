import type { PagePreview } from '#services/media/contract';
import { hostOf } from '../../shared/ui/format.ts';

/** A page's pictures and which one is chosen. */
export interface PagePicturesProps {
  readonly page: PagePreview;
  readonly chosen: string;
  readonly onChoose: (url: string) => void;
}

/** The pictures of a page, to choose one. */
export function PagePictures({ page, chosen, onChoose }: PagePicturesProps) {
  return (
    <fieldset class="page-pictures">
      <legend>Pictures on {page.site || hostOf(page.url)}</legend>
      {page.pictures.map((picture, index) => (
        <label key={picture.url} class="page-picture">
          <input
            type="radio"
            name="picture"
            checked={picture.url === chosen}
            onChange={() => onChoose(picture.url)}
            aria-label={picture.alt || `Picture ${index + 1}`}
          />
          <img src={picture.url} alt="" loading="lazy" referrerpolicy="no-referrer" />
        </label>
      ))}
    </fieldset>
  );
}
