/** The outbox of a shard's file. */
import type { EmitChange, OutboxEntry } from '../port.ts';
import { note } from './journal.ts';
import type { Step } from './objects.ts';
import type { ShardFile } from './shard-file.ts';

/** Makes an event ready. */
export function emitStep({ event }: EmitChange): Step {
  const text = JSON.stringify(event);
  return (file) => {
    file.run('insert into outbox (event) values (?)', text);
    if (!file.state.journal) return;
    note(file, 'outbox', outboxEnd(file));
    note(file, 'sequences', 'outbox');
  };
}

/** The last sequence given out, trimmed ones included. */
export function outboxEnd(file: ShardFile): number {
  return Number(file.rows(`select seq from sqlite_sequence where name = 'outbox'`)[0]?.[0] ?? 0);
}

/** Entries behind `after` that are on disk. */
export function readOutbox(file: ShardFile, after: number, limit: number): OutboxEntry[] {
  const sql =
    'select sequence, event from outbox where sequence > ? and sequence <= ? order by sequence limit ?';
  const through = Math.min(file.durableOutbox, Number.MAX_SAFE_INTEGER);
  return file.rows(sql, after, through, limit).map(([sequence, event]) => ({
    sequence: Number(sequence),
    event: JSON.parse(String(event)),
  }));
}

/** Forgets entries up to and including `through`, inside a transaction. */
export function dropOutbox(file: ShardFile, through: number): void {
  const noted = file.state.journal
    ? file.rows('select sequence from outbox where sequence <= ?', through)
    : [];
  file.run('delete from outbox where sequence <= ?', through);
  for (const [sequence] of noted) note(file, 'outbox', Number(sequence));
}

/** Whether any entry waits. */
export function hasOutbox(file: ShardFile): boolean {
  return file.rows('select 1 from outbox limit 1').length > 0;
}
