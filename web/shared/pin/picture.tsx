import { useLayoutEffect, useRef } from 'preact/hooks';
import type { PictureView } from '#services/media/contract';
import { pictureUrl, srcSet } from './picture-url.ts';
import { placeholderUrl } from './placeholder.ts';

/** What `Picture` shows. */
export interface PictureProps {
  readonly picture: PictureView;
  /** Empty where words beside it say the same. */
  readonly alt: string;
  /** As of `<img sizes>`. */
  readonly sizes: string;
  /** The widest derivative worth loading. */
  readonly most?: number;
  /** URL of a smaller form that has loaded before. */
  readonly atHand?: string | undefined;
  /** On the first screen: loads at once. */
  readonly eager?: boolean;
}

/** The picture's own colours, shown until it has loaded; over them a smaller form of it that is at hand. */
export function backdropOf(picture: PictureView, isLarge = false, atHand?: string): string {
  const blur = placeholderUrl(picture.placeholder, isLarge ? 12 : 5);
  const layers = [atHand, blur].flatMap((url) => (url ? [`url(${url})`] : []));
  const image = layers.length > 0 ? `background-image:${layers.join(',')};` : '';
  return `background-color:${picture.colour || 'var(--shade)'};${image}`;
}

/** Fades the picture in if it has not loaded yet; one that the server sent is left alone. */
function useFadeIn() {
  const image = useRef<HTMLImageElement>(null);
  useLayoutEffect(() => {
    const element = image.current;
    if (!element || element.complete) return;
    element.classList.add('is-waiting');
    const show = () => element.classList.remove('is-waiting');
    element.addEventListener('load', show, { once: true });
    element.addEventListener('error', show, { once: true });
  }, []);
  return image;
}

/** A picture that fills its place: its colours first, then itself. */
export function Picture({ picture, alt, sizes, most = 736, atHand, eager = false }: PictureProps) {
  const image = useFadeIn();
  return (
    <span class="picture" style={backdropOf(picture, most > 736, atHand)}>
      {picture.state === 'ready' && (
        <img
          ref={image}
          src={pictureUrl(picture.signature, 474)}
          srcset={srcSet(picture, most)}
          sizes={sizes}
          alt={alt}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          draggable={false}
        />
      )}
    </span>
  );
}
