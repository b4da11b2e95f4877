/** Positions in the history of a server's transactions. */

/**
 * Up to which number the transactions of each source are there: a domain in MariaDB's ids `0-1-42`, a server in MySQL's
 * `uuid:1-42`. A history is numbered without gaps, so what is behind one is not counted.
 */
export type Position = ReadonlyMap<string, number>;

/** Before the first transaction. */
export const noPosition: Position = new Map();

const mariadbId = /^(\d+)-\d+-(\d+)$/;
const mysqlSet = /^([0-9a-f-]{36}(?::[a-z_]\w*)?):(\d+)(?:-(\d+))?(?::|$)/i;

/** What an id of a list says: its source and how far it reaches. */
function parsed(id: string): [string, number] | undefined {
  const [, domain, sequence] = mariadbId.exec(id) ?? [];
  if (domain !== undefined) return [domain, Number(sequence)];
  const [, server, first, last] = mysqlSet.exec(id) ?? [];
  if (server === undefined || Number(first) > 1) return undefined;
  return [server.toLowerCase(), Number(last ?? first)];
}

/** The position that a server tells as its state. */
export function positionOf(text: string): Position {
  const ids = text.split(',').map((id) => parsed(id.trim()));
  return new Map(ids.filter((id) => id !== undefined));
}

/** The position behind transactions that a server tells the ids of: everything before them is there as well. */
export function positionBehind(text: string): Position {
  const whole = text.split(',').map((id) => id.trim().replace(/:(?:[\d:-]*[:-])?(\d+)$/, ':1-$1'));
  return positionOf(whole.join());
}

/** A position as the servers write it. */
export function positionText(position: Position): string {
  const text = ([source, number]: [string, number]) =>
    /^\d+$/.test(source) ? `${source}-1-${number}` : `${source}:1-${number}`;
  return [...position].map(text).join();
}

/** SQL that waits so many seconds for a server to apply everything up to a position; it finds 0 when that is there. */
export function waitingSql(position: Position, seconds: number): string {
  const text = `'${positionText(position)}', ${seconds}`;
  return `select /*M! master_gtid_wait(${text}) */ /*!80000 wait_for_executed_gtid_set(${text}) */`;
}

/** Whether who is at a position has everything that is behind another. */
export function covers(position: Position, other: Position): boolean {
  for (const [source, number] of other) if ((position.get(source) ?? 0) < number) return false;
  return true;
}

/** The first position that covers both. */
export function furthest(a: Position, b: Position): Position {
  if (covers(a, b)) return a;
  if (covers(b, a)) return b;
  const both = new Map(a);
  for (const [source, number] of b) both.set(source, Math.max(number, both.get(source) ?? 0));
  return both;
}

/** How many transactions are behind a position, to tell who is further. */
export function lengthOf(position: Position): number {
  return [...position.values()].reduce((sum, number) => sum + number, 0);
}
