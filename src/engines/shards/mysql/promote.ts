/**
 * Making a replica the primary.
 *
 * First the old primary is kept from taking writes, if it answers. Then the replica that has received most applies all of
 * it, takes writes, and the others follow it. Only then the map is to name it: until it does, nobody writes anywhere.
 * Broken off and begun again, the same command finishes what was begun.
 */
import { ConflictError, InvalidInputError, UnavailableError } from '#kernel/errors';
import type { BackendSpec } from '../topology.ts';
import { covers, furthest, lengthOf, type Position } from './position.ts';
import {
  catchUp,
  fence,
  follow,
  inheritSemiSync,
  lead,
  type Reached,
  reach,
  standDown,
  stopReceiving,
  unfence,
} from './replication.ts';
import { addressOf } from './server.ts';
import { unavailable } from './statement-error.ts';

/** A primary with replicas in the map. */
export type MysqlSpec = Extract<BackendSpec, { kind: 'mysql' }>;

/** What a promotion did. */
export interface Promotion {
  /** The map's from now on: the old primary is among the replicas, to be attached again. */
  readonly spec: MysqlSpec;
  /** Whether the old primary answered and takes no writes any more; then everything it acknowledged is there. */
  readonly isFenced: boolean;
  /** Addresses of replicas that do not follow the new primary yet. */
  readonly detached: readonly string[];
}

interface Fleet {
  readonly old: Reached | undefined;
  readonly replicas: readonly Reached[];
}

/** How far a server will get without its primary. */
function reachOf({ finding: { applied, following } }: Reached): Position {
  return furthest(applied, following?.received ?? applied);
}

/** The replica with an address, or that which has received most. One that follows nobody is taken only when it is named. */
function choose({ old, replicas }: Fleet, spec: MysqlSpec, to: string | undefined): Reached {
  const fit = replicas.filter(({ finding }) => to !== undefined || finding.following);
  const named = to === undefined ? fit : fit.filter(({ url }) => url === to || addressOf(url) === to);
  const chosen = named.toSorted((a, b) => lengthOf(reachOf(b)) - lengthOf(reachOf(a)))[0];
  if (!chosen)
    throw new UnavailableError(`no replica answers and follows: ${spec.replicas.map(addressOf).join(', ')}`);
  if (old) return chosen;
  if (to === undefined && replicas.length < spec.replicas.length)
    throw new ConflictError('another replica does not answer and may have received more: name one with --to');
  const ahead = replicas.find((one) => one.finding.following && !covers(reachOf(chosen), reachOf(one)));
  if (ahead) throw new ConflictError(`${addressOf(ahead.url)} has received more: promote that one`);
  return chosen;
}

async function reachAll(spec: MysqlSpec, to: string | undefined): Promise<Fleet> {
  const addresses = spec.replicas.flatMap((url) => [url, addressOf(url)]);
  if (to !== undefined && !addresses.includes(to))
    throw new InvalidInputError('to', `must be one of ${spec.replicas.map(addressOf).join(', ')}`);
  const old = await reach(spec.primary);
  const replicas = await Promise.all(spec.replicas.map((url) => reach(url).catch(() => undefined)));
  return { old, replicas: replicas.filter((one) => one !== undefined) };
}

/** Other replicas follow the new primary where they can. */
async function followAll(others: readonly Reached[], primary: string): Promise<string[]> {
  const outcomes = await Promise.allSettled(others.map((one) => follow(one, primary)));
  return others.filter((_, i) => outcomes[i]?.status === 'rejected').map(({ url }) => addressOf(url));
}

function nextSpec(spec: MysqlSpec, { url, finding }: Reached): MysqlSpec {
  const replicas = [...spec.replicas.filter((one) => one !== url), spec.primary];
  return { kind: 'mysql', primary: url, replicas, serverId: finding.identity };
}

/** A replica gets everything that the primary has, and takes writes in its place. Where that fails the primary goes on. */
async function takeOver(old: Reached, chosen: Reached): Promise<void> {
  // The longest part goes by while the primary still takes writes.
  await catchUp(chosen, old.finding.applied);
  try {
    const position = await fence(old);
    await catchUp(chosen, position);
    await standDown(old);
    await lead(chosen);
  } catch (error) {
    await unfence(old);
    throw error;
  }
}

/** A replica applies what it has received of a primary that is gone, and takes writes in its place. */
async function succeed(chosen: Reached): Promise<void> {
  await catchUp(chosen, await stopReceiving(chosen));
  await lead(chosen);
}

async function promote(fleet: Fleet, spec: MysqlSpec, to: string | undefined): Promise<Promotion> {
  const { old, replicas } = fleet;
  const chosen = choose(fleet, spec, to);
  const others = replicas.filter((one) => one !== chosen && one.finding.following);
  if (old) await takeOver(old, chosen);
  else await succeed(chosen);
  const left = await followAll(others, chosen.url);
  // The first write warns where it is off.
  if (left.length < others.length) await inheritSemiSync(chosen).catch(() => undefined);
  const silent = spec.replicas.filter((url) => !replicas.some((one) => one.url === url));
  return {
    spec: nextSpec(spec, chosen),
    isFenced: old !== undefined,
    detached: [...left, ...[...silent, spec.primary].map(addressOf)],
  };
}

/**
 * Makes a replica the primary: `to`, by URL or address, or the one that has received most. Takes as long as it applies what
 * it has. Rejects with `UnavailableError` when none answers or rights are missing; with `ConflictError` when another replica
 * has received more, when that cannot be known, or when the replica does not get there; with `InvalidInputError` when `to` is
 * none. A primary that answers but cannot be kept from taking writes is an error too: nothing was promoted then.
 */
export async function promoteReplica(spec: MysqlSpec, to?: string): Promise<Promotion> {
  const fleet = await reachAll(spec, to);
  try {
    return await promote(fleet, spec, to);
  } catch (error) {
    throw unavailable(error);
  } finally {
    for (const one of [fleet.old, ...fleet.replicas]) one?.link.drop();
  }
}

/** Keeps a server from taking writes that was promoted for nothing. */
export async function demote(url: string): Promise<void> {
  const reached = await reach(url);
  if (reached) await fence(reached).finally(() => reached.link.drop());
}
