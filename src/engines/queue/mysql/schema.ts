/** The queue's tables on MySQL and MariaDB. */
import type { Stage } from '../schema.ts';

/** Stages as they are stored. */
export const stages: Readonly<Record<Stage, number>> = {
  delayed: 0,
  ready: 1,
  running: 2,
  done: 3,
  failed: 4,
};

const exact = 'character set utf8mb4 collate utf8mb4_bin';

/**
 * SQL that makes what is missing. `urgency` is the priority turned around, so that one index serves the order of claims;
 * `due_at` is when a job may be taken: at its time, or when its lease ends. `active_key` is `key_hash` while the job is
 * pending or running, so that each key is there once. `homes` is what job shards tell one another of policies.
 */
export function makingSql(database: string, firstId: number): string[] {
  return [
    `create database if not exists ${database} ${exact}`,
    `create table if not exists ${database}.jobs (
      id bigint not null auto_increment primary key,
      name varchar(255) ${exact} not null,
      payload longtext ${exact} not null,
      urgency bigint not null,
      stage tinyint not null,
      attempts bigint not null,
      attempts_left bigint not null,
      run_after bigint not null,
      created_at bigint not null,
      updated_at bigint not null,
      due_at bigint not null,
      error text ${exact},
      result longtext ${exact},
      key_hash binary(32),
      active_key binary(32),
      lease char(36) character set ascii,
      unique key once (active_key),
      key claim (name, stage, urgency, id),
      key due (name, stage, due_at),
      key by_stage (stage, id)
    ) engine = InnoDB auto_increment = ${firstId}`,
    `create table if not exists ${database}.policies (
      name varchar(255) ${exact} not null primary key,
      is_paused boolean not null,
      concurrency bigint,
      per_second double,
      burst bigint,
      tokens double not null,
      filled_at bigint not null
    ) engine = InnoDB`,
    `create table if not exists ${database}.homes (
      name varchar(255) ${exact} not null primary key,
      version bigint not null,
      home smallint,
      away bigint not null
    ) engine = InnoDB`,
  ];
}
