/** What an administrator does to servers that replicate. Words that both MariaDB and MySQL know; else one reads each comment. */
import { ConflictError } from '#kernel/errors';
import { Link } from './link.ts';
import { text } from './literals.ts';
import { covers, furthest, type Position, waitingSql } from './position.ts';
import { type Finding, probe } from './probe.ts';
import { addressOf } from './server.ts';
import { StatementError } from './statement-error.ts';

/** Milliseconds that a server may take to let one in, and that one piece of work on it may take. */
const limits = { connectMs: 5000, patienceMs: 60_000 } as const;

/** Seconds that a replica may take over one transaction. */
const idleLimitSeconds = 30;

/** No such connection, no such variable. */
const [unknownThread, unknownVariable] = [1094, 1193];

/** A server that answers. */
export interface Reached {
  readonly url: string;
  readonly link: Link;
  readonly finding: Finding;
}

/** Whether it was the server itself that refused: then it is alive. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error instanceof StatementError && error.errno !== undefined) || isAnswer(error.cause);
}

/** Connects; undefined when nobody answers. Rejects when the server does and lets nobody in. The link is the caller's to drop. */
export async function reach(url: string): Promise<Reached | undefined> {
  try {
    const link = await Link.open({ url, session: [], ...limits });
    return { url, link, finding: await probe(link) };
  } catch (error) {
    if (isAnswer(error)) throw error;
    return undefined;
  }
}

/** Ends every connection of others, so that nobody goes on who was let in before. */
async function endConnections(link: Link): Promise<void> {
  const [answer] = await link.run([
    `select id from information_schema.processlist where id <> connection_id()
      and user <> 'system user' and command <> 'Daemon' and command not like 'Binlog Dump%'`,
  ]);
  for (const [id] of answer?.rows ?? []) {
    await link.run([`kill connection ${id}`]).catch((error: unknown) => {
      if (!(error instanceof StatementError && error.errno === unknownThread)) throw error;
    });
  }
}

/** Sets whether a server waits for its replicas, where it can at all. */
async function setSemiSync(link: Link, value: string): Promise<void> {
  const variable = '/*M! rpl_semi_sync_master_enabled */ /*!80000 rpl_semi_sync_source_enabled */';
  await link.run([`set global ${variable} = ${value}`]).catch((error: unknown) => {
    if (!(error instanceof StatementError && error.errno === unknownVariable)) throw error;
  });
}

/** A server that is to follow waits for no replicas of its own. */
export function standDown({ link }: Reached): Promise<void> {
  return setSemiSync(link, '0');
}

/** A new primary waits for its replicas if it made its own primary wait for it. */
export function inheritSemiSync({ link }: Reached): Promise<void> {
  const replica = '/*M! @@rpl_semi_sync_slave_enabled */ /*!80000 @@rpl_semi_sync_replica_enabled */';
  return setSemiSync(link, replica);
}

/** Lets a server take no more writes, not from those either whom `read_only` does not hold back; answers how far it got. */
export async function fence({ link }: Reached): Promise<Position> {
  await link.run(['set global /*!80000 super_read_only = 1, */ read_only = 1']);
  await endConnections(link);
  return (await probe(link)).applied;
}

/** Lets a server take writes. */
export async function unfence({ link }: Reached): Promise<void> {
  await link.run(['set global read_only = 0']);
}

/** A replica receives nothing any more; answers how far it will get by itself. */
export async function stopReceiving({ link, finding }: Reached): Promise<Position> {
  if (!finding.following) return finding.applied;
  await link.run(['stop replica io_thread']);
  const { applied, following } = await probe(link);
  return furthest(applied, following?.received ?? applied);
}

/** Whether a replica has applied what it must, or all that it ever will. Rejects with `ConflictError` when it applies nothing. */
function isThere({ url, finding: { applied, following } }: Reached, position: Position): boolean {
  if (covers(applied, position)) return true;
  if (!following?.isApplying)
    throw new ConflictError(
      `${addressOf(url)} applies nothing: ${following?.problem || 'it follows nobody'}`,
    );
  // What a primary died over while sending it is received in part and never applied.
  return !following.isReceiving && following.hasCaughtUp;
}

/**
 * Waits until a replica has applied everything up to a position. Rejects with `ConflictError` when it applies nothing, or
 * nothing more for half a minute.
 */
export async function catchUp(replica: Reached, position: Position): Promise<void> {
  const { url, link } = replica;
  let [last, idleSeconds] = [replica.finding.applied, 0];
  while (idleSeconds < idleLimitSeconds) {
    await link.run([waitingSql(position, 1)]);
    const finding = await probe(link);
    if (isThere({ url, link, finding }, position)) return;
    idleSeconds = covers(last, finding.applied) ? idleSeconds + 1 : 0;
    last = finding.applied;
  }
  throw new ConflictError(`${addressOf(url)} has applied nothing more for ${idleLimitSeconds} s; try again`);
}

/** Makes a replica that has caught up follow nobody and take writes. */
export async function lead(replica: Reached): Promise<void> {
  await replica.link.run(['stop replica']);
  await replica.link.run(['reset replica all']);
  await unfence(replica);
}

/** Makes a replica follow another server than before, with the same account. */
export async function follow({ link }: Reached, primary: string): Promise<void> {
  const { hostname, port } = new URL(primary);
  const [host, at] = [text(hostname.replace(/^\[|\]$/g, '')), port || '3306'];
  await link.run(['stop replica']);
  await link.run([
    `/*M! change master to master_host = ${host}, master_port = ${at}, master_use_gtid = slave_pos */
      /*!80000 change replication source to source_host = ${host}, source_port = ${at}, source_auto_position = 1 */`,
  ]);
  await link.run(['start replica']);
}
