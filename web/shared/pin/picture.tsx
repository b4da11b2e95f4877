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
  /** On the first screen: loads at once. */
  readonly eager?: boolean;
}

/** The picture's own colours, shown until it has loaded. */
export function backdropOf(picture: PictureView): string {
  const blur = placeholderUrl(picture.placeholder);
  return `background-color:${picture.colour || 'var(--shade)'};${blur ? `background-image:url(${blur});` : ''}`;
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
export function Picture({ picture, alt, sizes, most = 736, eager = false }: PictureProps) {
  const image = useFadeIn();
  return (
    <span class="picture" style={backdropOf(picture)}>
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
