import { plural } from '../../shared/ui/format.ts';
import { percentText, wholeText } from './figures.ts';
import { byUrgency, type MovingShard, phaseWords, progressOf } from './migration.ts';

/** The shards of a migration. */
export interface MovingShardsProps {
  readonly shards: readonly MovingShard[];
}

const most = 128;

function MovingShardRow({ moving }: { readonly moving: MovingShard }) {
  const { shard, phase, copied, total, differences } = moving;
  const progress = progressOf(moving);
  const rows = `${wholeText(copied)} of ${plural(total, 'row')}`;
  return (
    <li class={`moving is-${phase}`}>
      <span>Shard {shard}</span>
      <div
        class="moving-bar"
        role="progressbar"
        aria-label={`Shard ${shard}`}
        aria-valuenow={Math.round(progress * 100)}
        aria-valuetext={`${percentText(progress)}, ${phaseWords[phase]}, ${rows}`}
        style={{ '--share': progress }}
      />
      <span class="moving-phase">{phaseWords[phase]}</span>
      <span class="moving-rows">{rows}</span>
      <span class={differences > 0 ? 'moving-rows is-alarming' : 'moving-rows'}>
        {differences > 0 ? plural(differences, 'difference') : 'no differences'}
      </span>
    </li>
  );
}

/** A bar for each shard, those that need eyes first. */
export function MovingShards({ shards }: MovingShardsProps) {
  const some = byUrgency(shards).slice(0, most);
  return (
    <>
      <ul class="moving-shards">
        {some.map((moving) => (
          <MovingShardRow key={moving.shard} moving={moving} />
        ))}
      </ul>
      {shards.length > some.length && (
        <p class="lead">and {plural(shards.length - some.length, 'shard')} more</p>
      )}
    </>
  );
}
