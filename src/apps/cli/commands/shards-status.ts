import type { ServerStatus } from '#engines/shards/servers';
import type { BackendSpec, Topology } from '#engines/shards/topology';
import { shardsPerBackend } from '#engines/shards/topology-ranges';
import type { Command, CommandContext } from '../command.ts';
import { tableOf } from '../table.ts';

/** Where an engine is, without passwords. */
function addressOf(spec: BackendSpec): string {
  if (spec.kind === 'sqlite') return spec.folder;
  const url = new URL(spec.kind === 'mysql' ? spec.primary : spec.url);
  return `${spec.kind}://${url.host}`;
}

type Server = ServerStatus & { readonly backend: string };

/** The servers of every engine that has any; none of one that cannot be opened. */
async function serversOf({ engines }: CommandContext['app'], { backends }: Topology): Promise<Server[]> {
  const asked = Object.keys(backends).map(async (backend) => {
    const engine = await engines.shards.engine(backend);
    return ((await engine.servers?.()) ?? []).map((server) => ({ backend, ...server }));
  });
  const outcomes = await Promise.allSettled(asked);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
}

function serversText(servers: readonly Server[]): string[] {
  if (servers.length === 0) return [];
  const rows = servers.map(({ backend, address, role, state, lagSeconds, problem }) => [
    backend,
    address,
    role,
    state,
    lagSeconds === null ? '' : `${lagSeconds} s`,
    problem,
  ]);
  return tableOf(['backend', 'server', 'role', 'state', 'behind', 'problem'], rows);
}

/**
 * `pinakes shards status`: `{"count", "claimCount", "backends": [{"name", "kind", "address", "shards"}], "ranges", "servers":
 * [{"backend", "address", "role", "state", "lagSeconds", "position", "problem"}], "moving"}`.
 */
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
  const servers = await serversOf(app, topology);
  const ranges = topology.ranges.map((range) => ({ ...range }));
  return {
    json: { count, claimCount, backends, ranges, servers: servers.map((server) => ({ ...server })), moving },
    text: [
      `${count} shards`,
      ...backends.map(
        ({ name, kind, address, shards }) => `  ${name}: ${shards} shards, ${kind} at ${address}`,
      ),
      ...ranges.map(({ from, through, backend }) => `  ${from}-${through}: ${backend}`),
      ...serversText(servers),
      ...moving.map(({ name, to, phase }) => `  ${name} moves shards to ${to}: ${phase}`),
    ].join('\n'),
    exitCode: 0,
  };
};
