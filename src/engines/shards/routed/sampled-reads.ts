/** Batched reads as they are repeated elsewhere: that part of them that is about one shard. */
import { type Id, shardOf } from '#kernel/ids';
import type { MappingEntry, RangeRequest, StoredObject } from '../port.ts';
import type { SampledRead } from './shadows.ts';

function versionsOf(ids: readonly Id[], objects: ReadonlyMap<Id, StoredObject>): string {
  return ids.map((id) => `${id}@${objects.get(id)?.version ?? 0}`).join(' ');
}

function edgesOf(ranges: readonly (readonly MappingEntry[])[]): string {
  return ranges.map((edges) => edges.map(({ to, sequence }) => `${to}@${sequence}`).join(' ')).join(';');
}

/** The objects of the first id's shard; undefined when none are asked for. */
export function objectsRead(all: readonly Id[]): SampledRead<Map<Id, StoredObject>> | undefined {
  const [first] = all;
  if (first === undefined) return undefined;
  const shard = shardOf(first);
  const ids = all.filter((id) => shardOf(id) === shard);
  return {
    shard,
    ask: (engine) => engine.getMany(ids),
    gist: (found) => versionsOf(ids, found),
    what: `objects ${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''}`,
  };
}

/** The ranges of the first request's shard; undefined when none are asked for. */
export function rangesRead(all: readonly RangeRequest[]): SampledRead<MappingEntry[][]> | undefined {
  const [first] = all;
  if (first === undefined) return undefined;
  const shard = shardOf(first.from);
  const places = [...all.keys()].filter((at) => shardOf((all[at] as RangeRequest).from) === shard);
  const requests = places.map((at) => all[at] as RangeRequest);
  return {
    shard,
    ask: (engine) => engine.rangeMany(requests),
    // The answer that people got is to all requests, that of the other engine to these only.
    gist: (ranges) => edgesOf(ranges.length === all.length ? places.map((at) => ranges[at] ?? []) : ranges),
    what: `${first.mapping} of ${first.from}`,
  };
}
