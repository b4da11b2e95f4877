/** One look at a server: how it stands, and how it follows another. */
import type { Answer, Cell, Link } from './link.ts';
import { noPosition, type Position, positionBehind, positionOf } from './position.ts';
import { StatementError } from './statement-error.ts';

/** How a server follows its primary. */
export interface Following {
  /** Up to where it has received; it may have applied less. */
  readonly received: Position;
  /** Seconds that it is behind; null when nobody knows, since it does not follow now. */
  readonly lagSeconds: number | null;
  /** Whether it applies what it receives, and whether it receives anything. */
  readonly isApplying: boolean;
  readonly isReceiving: boolean;
  /** Whether it has applied all of what it received. */
  readonly hasCaughtUp: boolean;
  /** What keeps it from it, in the server's words; empty when nothing does. */
  readonly problem: string;
}

/** What a look found. */
export interface Finding {
  /** Tells servers apart: MariaDB's `server_id`, MySQL's `server_uuid`. */
  readonly identity: string;
  readonly isReadOnly: boolean;
  /** Up to where it has applied; empty when it does not count transactions. */
  readonly applied: Position;
  /** Undefined when it follows nobody. */
  readonly following: Following | undefined;
}

/** The answer's first row by its columns' names. */
function record({ rows: [row], columns }: Answer): Map<string, Cell> | undefined {
  return row && new Map(columns.map((name, i) => [name, row[i] ?? null]));
}

/** MySQL and MariaDB call the same by different names. */
function followingIn(answer: Answer | undefined): Following | undefined {
  const found = answer && record(answer);
  if (!found) return undefined;
  const cell = (...names: string[]) => names.map((name) => found.get(name)).find((one) => one !== undefined);
  const text = (...names: string[]) => String(cell(...names) ?? '');
  const lag = cell('Seconds_Behind_Master', 'Seconds_Behind_Source') ?? null;
  return {
    received: positionBehind(text('Gtid_IO_Pos', 'Retrieved_Gtid_Set')),
    lagSeconds: lag === null ? null : Number(lag),
    isApplying: text('Slave_SQL_Running', 'Replica_SQL_Running') === 'Yes',
    isReceiving: text('Slave_IO_Running', 'Replica_IO_Running') === 'Yes',
    hasCaughtUp: /has read all relay log/i.test(text('Slave_SQL_Running_State', 'Replica_SQL_Running_State')),
    problem: text('Last_SQL_Error') || text('Last_IO_Error'),
  };
}

/** Asks a server that has replication; in one round trip. */
const probeSql: readonly string[] = [
  `select @@read_only, /*M! @@server_id, @@gtid_current_pos */ /*!80000 @@server_uuid, @@global.gtid_executed */`,
  'show replica status',
];

/** No right to ask how a server follows. */
const denied = 1227;

async function asked(link: Link): Promise<Answer[]> {
  try {
    return await link.run(probeSql);
  } catch (error) {
    // Only who watches replicas needs the right to ask the second.
    if (error instanceof StatementError && error.errno === denied) return link.run(probeSql.slice(0, 1));
    throw error;
  }
}

/** Looks at a server. Rejects with what `Link.run` rejects with. */
export async function probe(link: Link): Promise<Finding> {
  const [state, following] = await asked(link);
  const [isReadOnly, identity, applied] = state?.rows[0] ?? [];
  return {
    identity: String(identity),
    isReadOnly: ['1', 'ON'].includes(String(isReadOnly)),
    applied: positionOf(String(applied ?? '')),
    following: followingIn(following),
  };
}

/** Asks a server that has no replication of its own whether it answers. */
export async function hail(link: Link): Promise<Finding> {
  await link.run(['select 1']);
  return { identity: '', isReadOnly: false, applied: noPosition, following: undefined };
}
