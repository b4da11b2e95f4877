import { stylesForAny } from './place-style.ts';
import { layoutRatios } from './skeleton-ratios.ts';

const styles = stylesForAny(layoutRatios);

/** A grid that is still on its way: quiet tiles of plausible sizes, as tall as the real ones will be. */
export function MasonrySkeleton() {
  return (
    <div class="masonry" aria-busy="true">
      <p class="visually-hidden" role="status">
        Loading pictures
      </p>
      <div class="masonry-plane" style={styles.plane}>
        {styles.tiles.map((place, index) => (
          <div key={place} class={`tile skeleton skeleton-${index % 5}`} style={place} />
        ))}
      </div>
    </div>
  );
}
