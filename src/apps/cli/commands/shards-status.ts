import type { BackendSpec } from '#engines/shards/topology';
import { shardsPerBackend } from '#engines/shards/topology-ranges';
import type { Command } from '../command.ts';

/** Where an engine is, without passwords. */
function addressOf(spec: BackendSpec): string {
  if (spec.kind === 'sqlite') return spec.folder;
  const url = new URL(spec.kind === 'mysql' ? spec.primary : spec.url);
  return `${spec.kind}://${url.host}`;
}

/** `pinakes shards status`: `{"count", "claimCount", "backends": [{"name", "kind", "address", "shards"}], "ranges", "moving"}`. */
export const shardsStatus: Command = async (_input, { app }) => {
  const { topology } = app.engines.shards;
  const counts = shardsPerBackend(topology);
  const backends = Object.entries(topology.backends).map(([name, spec]) => {
    return { name, kind: spec.kind, address: addressOf(spec), shards: counts.get(name) ?? 0 };
  });
  const migrations = await app.services.migrations.list();
  const moving = migrations
    .filter(({ phase }) => phase !== 'finished' && phase !== 'rolled-back')
    .map(({ name, to, phase }) => ({ name, to, phase }));
  const { count, claimCount } = topology;
  const ranges = topology.ranges.map((range) => ({ ...range }));
  return {
    json: { count, claimCount, backends, ranges, moving },
    text: [
      `${count} shards`,
      ...backends.map(
        ({ name, kind, address, shards }) => `  ${name}: ${shards} shards, ${kind} at ${address}`,
      ),
      ...ranges.map(({ from, through, backend }) => `  ${from}-${through}: ${backend}`),
      ...moving.map(({ name, to, phase }) => `  ${name} moves shards to ${to}: ${phase}`),
    ].join('\n'),
    exitCode: 0,
  };
};
