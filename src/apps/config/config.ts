/** Turns the environment and an optional JSON file into typed configuration with defaults. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Type, { type Static } from 'typebox';
import type { Topology } from '#engines/shards/topology';
import { InvalidInputError } from '#kernel/errors';
import { check } from '#kernel/schema';
import { requireMailServer } from '#services/mail/index';
import { type ArchivePlace, archivePlace } from './archive.ts';
import type { Environment } from './env.ts';
import { type QueuePlace, queuePlace } from './queue.ts';
import { ShardsFileSchema, shardsAt, topologyOf } from './shards.ts';
import { type Telemetry, TelemetryFileSchema, telemetryOf } from './telemetry.ts';

/** The JSON file named by `PINAKES_CONFIG`. Environment variables win over it. */
export const ConfigFileSchema = Type.Object(
  {
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
    host: Type.Optional(Type.String()),
    data: Type.Optional(Type.String()),
    origin: Type.Optional(Type.String({ pattern: '^https?://[^/]+$' })),
    logLevel: Type.Optional(
      Type.Union(['trace', 'debug', 'info', 'warn', 'error', 'silent'].map((level) => Type.Literal(level))),
    ),
    workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    durability: Type.Optional(Type.Union([Type.Literal('power'), Type.Literal('process')])),
    saveDeadlineMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 60_000 })),
    actionDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
    allowLoopback: Type.Optional(Type.Boolean()),
    trustProxy: Type.Optional(Type.Boolean()),
    shards: Type.Optional(ShardsFileSchema),
    queue: Type.Optional(Type.String()),
    telemetry: Type.Optional(TelemetryFileSchema),
    alertMail: Type.Optional(Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 254 })),
    mail: Type.Optional(
      Type.Object(
        { url: Type.Optional(Type.String()), from: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    ),
    /** A folder, `s3://bucket/prefix`, or `off`. */
    archive: Type.Optional(Type.String({ minLength: 1 })),
    archiveEndpoint: Type.Optional(Type.String({ pattern: '^https?://' })),
    archiveRegion: Type.Optional(Type.String()),
    archiveKey: Type.Optional(Type.String()),
    archiveSecret: Type.Optional(Type.String()),
    limits: Type.Optional(
      Type.Object(
        {
          bytes: Type.Optional(Type.Integer({ minimum: 1024 })),
          pixels: Type.Optional(Type.Integer({ minimum: 10_000 })),
          frames: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
type ConfigFile = Static<typeof ConfigFileSchema>;

/** Everything that can be set. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** The data folder, absolute. */
  readonly data: string;
  /** Where people reach this installation; null: taken from each request. */
  readonly origin: string | null;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Threads that work on pictures. */
  readonly workers: number;
  /** `power`: an acknowledged write survives a power cut; `process`: it survives the process only, and writes are faster. */
  readonly durability: 'power' | 'process';
  /** Milliseconds for which a save waits for its shard before it is kept in the job queue instead. */
  readonly saveDeadlineMs: number;
  /** Days for which the event log keeps what people do. */
  readonly actionDays: number;
  /** Lets the fetcher of pages reach loopback addresses; for tests. */
  readonly allowLoopback: boolean;
  /** Believe X-Forwarded-For and -Proto: only behind a proxy of one's own. */
  readonly trustProxy: boolean;
  /** Where the shards of a new installation go; null: into the data folder. An existing one knows where they are. */
  readonly shards: Topology | null;
  /** Where jobs are kept. */
  readonly queue: QueuePlace;
  /** Where metrics and traces go. */
  readonly telemetry: Telemetry;
  /** Whom alerts are sent to by mail; null: nobody. */
  readonly alertMail: string | null;
  /** The SMTP server and whom it sends as; null: no mail is sent. */
  readonly mail: { readonly url: string; readonly from: string } | null;
  /** Where the event log is archived. */
  readonly archive: ArchivePlace;
  readonly limits: { readonly bytes: number; readonly pixels: number; readonly frames: number };
}

const defaultLimits = { bytes: 40_000_000, pixels: 64_000_000, frames: 300 };

function readFile(file: string | undefined): ConfigFile {
  if (file === undefined) return {};
  try {
    return check(ConfigFileSchema, JSON.parse(readFileSync(file, 'utf8')), 'PINAKES_CONFIG');
  } catch (error) {
    throw new InvalidInputError('PINAKES_CONFIG', `cannot be used: ${(error as Error).message}`, error);
  }
}

function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new InvalidInputError(name, 'must be a whole number');
}

function share(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (number >= 0 && number <= 1) return number;
  throw new InvalidInputError(name, 'must be a number from 0 to 1');
}

const isSet = (entry: readonly [string, unknown]): boolean => entry[1] !== undefined;

function telemetryIn({ statsd, statsdListen, otlp, otlpSample }: Environment) {
  const given = { statsd, statsdListen, otlp, otlpSample: share('PINAKES_OTLP_SAMPLE', otlpSample) };
  const entries = Object.entries(given).filter(isSet);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** What the variables say of mail, each standing for itself beside the file's. */
function mailFrom({ smtp, mailFrom: from }: Environment): ConfigFile['mail'] {
  if (smtp === undefined && from === undefined) return undefined;
  return { ...(smtp !== undefined && { url: smtp }), ...(from !== undefined && { from }) };
}

/** Both or nothing. */
function wholeMail({ url, from }: NonNullable<ConfigFile['mail']> = {}): Config['mail'] {
  if (url !== undefined && from !== undefined) return requireMailServer({ url, from });
  if (url === undefined && from === undefined) return null;
  const names = ['PINAKES_SMTP_URL', 'PINAKES_MAIL_FROM'];
  const [missing = '', given] = url === undefined ? names : names.toReversed();
  throw new InvalidInputError(missing, `must be set as ${given} is`);
}

/** The variables in the file's shape, unset ones left out. */
function fromEnvironment(env: Environment): ConfigFile {
  const set = {
    port: wholeNumber('PORT', env.port),
    host: env.host,
    data: env.data,
    origin: env.origin?.replace(/\/$/, ''),
    shards: env.shards === undefined ? undefined : shardsAt('PINAKES_SHARDS', env.shards),
    queue: env.queue,
    logLevel: env.logLevel,
    workers: wholeNumber('PINAKES_WORKERS', env.workers),
    durability: env.durability,
    saveDeadlineMs: wholeNumber('PINAKES_SAVE_DEADLINE_MS', env.saveDeadline),
    actionDays: wholeNumber('PINAKES_ACTION_DAYS', env.actionDays),
    allowLoopback: env.allowLoopback === undefined ? undefined : env.allowLoopback === '1',
    trustProxy: env.proxies === undefined ? undefined : env.proxies === '1',
    telemetry: telemetryIn(env),
    alertMail: env.alertMail,
    mail: mailFrom(env),
    archive: env.archive,
    archiveEndpoint: env.archiveEndpoint,
    archiveRegion: env.archiveRegion,
    archiveKey: env.archiveKey,
    archiveSecret: env.archiveSecret,
  };
  const given = Object.fromEntries(Object.entries(set).filter(isSet));
  return check(ConfigFileSchema, given, 'environment');
}

/** Merges defaults, file and environment, and checks them; throws `InvalidInputError` naming the variable. */
export function loadConfig(env: Environment): Config {
  const [file, given] = [readFile(env.config), fromEnvironment(env)];
  const merged = { ...file, ...given };
  const data = path.resolve(merged.data ?? './data');
  return {
    port: merged.port ?? 3000,
    host: merged.host ?? '127.0.0.1',
    data,
    origin: merged.origin ?? null,
    logLevel: (merged.logLevel ?? 'info') as Config['logLevel'],
    workers: merged.workers ?? 2,
    durability: merged.durability ?? 'power',
    saveDeadlineMs: merged.saveDeadlineMs ?? 25,
    actionDays: merged.actionDays ?? 400,
    allowLoopback: merged.allowLoopback ?? false,
    trustProxy: merged.trustProxy ?? false,
    archive: archivePlace(merged, data),
    shards: merged.shards ? topologyOf(merged.shards) : null,
    queue: queuePlace('PINAKES_QUEUE', merged.queue ?? 'sqlite'),
    alertMail: merged.alertMail ?? null,
    telemetry: telemetryOf({ ...file.telemetry, ...given.telemetry }),
    mail: wholeMail({ ...file.mail, ...given.mail }),
    limits: { ...defaultLimits, ...merged.limits } as Config['limits'],
  };
}
