import type { Command } from '../command.ts';
import { alertsAcknowledge, alertsList, alertsSilence } from './alerts.ts';
import { archiveRun, archiveStatus, archiveVerify } from './archive.ts';
import { backup } from './backup.ts';
import { doctor } from './doctor.ts';
import { evalVisual } from './eval-visual.ts';
import { eventsDiscard, eventsParked, eventsReplay } from './events.ts';
import { exportLibrary } from './export.ts';
import { importFolder } from './import.ts';
import {
  jobsDelete,
  jobsDrain,
  jobsLimit,
  jobsList,
  jobsPause,
  jobsResume,
  jobsRetry,
  jobsShow,
  jobsStats,
} from './jobs.ts';
import { mailTest } from './mail.ts';
import {
  migrateAdvance,
  migrateFinish,
  migrateReport,
  migrateRollback,
  migrateStart,
  migrateStatus,
  shardsMove,
} from './migrate.ts';
import { rebuild } from './rebuild.ts';
import { recover } from './recover.ts';
import { restore } from './restore.ts';
import { searchPicture, searchWords } from './search.ts';
import { shardsPlan } from './shards-plan.ts';
import { shardsPromote } from './shards-promote.ts';
import { shardsStatus } from './shards-status.ts';
import { sql, sqlList } from './sql.ts';
import {
  webhooksAdd,
  webhooksAgain,
  webhooksDeliveries,
  webhooksList,
  webhooksRemove,
  webhooksTest,
} from './webhooks.ts';

/** Every command that runs where the data is, by its name on the control socket. */
export const commands: Readonly<Record<string, Command>> = {
  import: importFolder,
  export: exportLibrary,
  'search-words': searchWords,
  'search-picture': searchPicture,
  'eval-visual': evalVisual,
  rebuild,
  doctor,
  'events-parked': eventsParked,
  'events-replay': eventsReplay,
  'events-discard': eventsDiscard,
  'jobs-list': jobsList,
  'jobs-show': jobsShow,
  'jobs-retry': jobsRetry,
  'jobs-delete': jobsDelete,
  'jobs-pause': jobsPause,
  'jobs-resume': jobsResume,
  'jobs-drain': jobsDrain,
  'jobs-limit': jobsLimit,
  'jobs-stats': jobsStats,
  'alerts-list': alertsList,
  'alerts-acknowledge': alertsAcknowledge,
  'alerts-silence': alertsSilence,
  'shards-plan': shardsPlan,
  'shards-promote': shardsPromote,
  'archive-status': archiveStatus,
  'archive-run': archiveRun,
  'archive-verify': archiveVerify,
  sql,
  'sql-list': sqlList,
  backup,
  'mail-test': mailTest,
  'webhooks-list': webhooksList,
  'webhooks-add': webhooksAdd,
  'webhooks-remove': webhooksRemove,
  'webhooks-test': webhooksTest,
  'webhooks-deliveries': webhooksDeliveries,
  'webhooks-again': webhooksAgain,
  'shards-status': shardsStatus,
  'shards-move': shardsMove,
  'migrate-start': migrateStart,
  'migrate-status': migrateStatus,
  'migrate-advance': migrateAdvance,
  'migrate-rollback': migrateRollback,
  'migrate-finish': migrateFinish,
  'migrate-report': migrateReport,
};

/** Commands that need the data for themselves: they run while no server does. */
export const loneCommands: Readonly<Record<string, Command>> = { restore, recover };
