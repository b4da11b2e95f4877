/** Changes made ready: checked against the port's rules, their JSON written, before any transaction begins. */
import { checkEdge, checkObject } from '../change-rules.ts';
import type { Change, EmitChange, LinkChange, PutObject, RemoveObject, UnlinkChange } from '../port.ts';
import { linkStep, unlinkStep } from './mappings.ts';
import { putStep, removeStep, type Step } from './objects.ts';
import { emitStep } from './outbox.ts';

function objectStep(change: PutObject | RemoveObject, shard: number, now: number): Step {
  const type = checkObject(shard, change);
  return change.kind === 'put' ? putStep(change, type, now) : removeStep(change, type);
}

function edgeStep(change: LinkChange | UnlinkChange, shard: number): Step {
  checkEdge(shard, change);
  return change.kind === 'unlink' ? unlinkStep(change) : linkStep(change);
}

function isAboutObject(change: Change): change is PutObject | RemoveObject {
  return change.kind === 'put' || change.kind === 'remove';
}

function isEvent(change: Change): change is EmitChange {
  return change.kind === 'emit';
}

/** Makes the changes of one commit ready. `now` becomes the creation time of new objects. */
export function prepare(shard: number, changes: readonly Change[], now: number): Step[] {
  return changes.map((change) => {
    if (isAboutObject(change)) return objectStep(change, shard, now);
    return isEvent(change) ? emitStep(change) : edgeStep(change, shard);
  });
}
