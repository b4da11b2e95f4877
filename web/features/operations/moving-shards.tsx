import { plural } from '../../shared/ui/format.ts';
import { percentText, wholeText } from './figures.ts';
import { byUrgency, comparisonOf, type MovingShard, shardProgress, stageWords } from './migration.ts';

/** The shards of a migration. */
export interface MovingShardsProps {
  readonly shards: readonly MovingShard[];
}

const most = 128;

function MovingShardRow({ moving }: { readonly moving: MovingShard }) {
  const { shard, stage, rows, total } = moving;
  const progress = shardProgress(moving);
  const comparison = comparisonOf(moving);
  const count = `${wholeText(rows)} of ${plural(total, 'row')}`;
  return (
    <li class={`moving is-${stage}`}>
      <span>Shard {shard}</span>
      <div
        class="moving-bar"
        role="progressbar"
        aria-label={`Shard ${shard}`}
        aria-valuenow={Math.round(progress * 100)}
        aria-valuetext={`${percentText(progress)}, ${stageWords[stage]}`}
        style={{ '--share': progress }}
      />
      <span>{stageWords[stage]}</span>
      <span class="moving-note">{count}</span>
      <span class={comparison.isAlarming ? 'moving-note is-alarming' : 'moving-note'}>{comparison.text}</span>
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
