/**
 * The queue's tables. A stage is finer than a state: a pending job is `delayed` until its
 * time comes and `ready` from then on, so that a claim never walks over jobs that must wait.
 */

/** Where a job is. */
export type Stage = 'delayed' | 'ready' | 'running' | 'done' | 'failed';

/** Each step leads from one version of the schema to the next. */
export const queueSchema: readonly string[] = [
  `create table jobs (
    id integer primary key autoincrement,
    name text not null,
    payload text not null,
    priority integer not null,
    stage text not null,
    attempts integer not null,
    attempts_left integer not null,
    run_after integer not null,
    created_at integer not null,
    updated_at integer not null,
    error text,
    result text,
    deduplication_key text,
    lease text,
    lease_until integer
  ) strict;
  create index jobs_ready on jobs (name, priority desc, id) where stage = 'ready';
  create index jobs_delayed on jobs (name, run_after) where stage = 'delayed';
  create index jobs_running on jobs (name, lease_until) where stage = 'running';
  create index jobs_done on jobs (updated_at) where stage = 'done';
  create index jobs_by_stage on jobs (stage, id);
  create unique index jobs_once on jobs (name, deduplication_key)
    where deduplication_key is not null and stage in ('delayed', 'ready', 'running');

  create table tallies (
    name text not null,
    stage text not null,
    count integer not null,
    primary key (name, stage)
  ) strict, without rowid;
  create trigger jobs_added after insert on jobs begin
    insert into tallies values (new.name, new.stage, 1) on conflict do update set count = count + 1;
  end;
  create trigger jobs_moved after update of stage on jobs when old.stage <> new.stage begin
    update tallies set count = count - 1 where name = old.name and stage = old.stage;
    insert into tallies values (new.name, new.stage, 1) on conflict do update set count = count + 1;
  end;
  create trigger jobs_removed after delete on jobs begin
    update tallies set count = count - 1 where name = old.name and stage = old.stage;
  end;`,
  `create table policies (
    name text primary key,
    is_paused integer not null,
    concurrency integer,
    per_second real,
    burst integer,
    tokens real not null,
    filled_at integer not null
  ) strict, without rowid;`,
  `alter table policies add column version integer not null default 0;
  alter table policies add column home integer;
  alter table policies add column away integer not null default 0;`,
];
