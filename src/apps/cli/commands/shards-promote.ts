import { promoteBackend } from '#apps/compose-promotion';
import { InvalidInputError } from '#kernel/errors';
import type { Command } from '../command.ts';

/** What became of the old primary, and what is left to do. */
function notesOf(isFenced: boolean, old: string, detached: readonly string[]): string[] {
  return [
    isFenced
      ? `The old primary, ${old}, takes no writes any more; everything it acknowledged is there.`
      : `The old primary, ${old}, did not answer. What it acknowledged and no replica received is lost; with semi-synchronous replication that is nothing. See that it comes back read-only.`,
    ...(detached.length > 0
      ? [`To be made to follow the new primary: ${detached.join(', ')}. Until then they serve nothing.`]
      : []),
  ];
}

/** `pinakes shards promote`: `{"backend", "primary", "replicas", "fenced", "detached"}`, servers by their addresses. */
export const shardsPromote: Command = async (input, { app, report }) => {
  const { backend, to } = input;
  if (typeof backend !== 'string') throw new InvalidInputError('backend', 'must be the name of one');
  report.note(`promoting a replica of ${backend}`);
  const address = (url: string) => new URL(url).host;
  const { spec, isFenced, detached } = await promoteBackend(
    app.engines.shards,
    backend,
    typeof to === 'string' ? to : undefined,
  );
  const [primary, replicas] = [address(spec.primary), spec.replicas.map(address)];
  const notes = notesOf(isFenced, replicas.at(-1) ?? '', detached);
  return {
    json: { backend, primary, replicas, fenced: isFenced, detached: [...detached] },
    text: [`${backend} is written to at ${primary} now.`, ...notes].join('\n'),
    exitCode: 0,
  };
};
