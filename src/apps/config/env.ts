/** Reads the environment, flat and untyped. Nothing else touches `process.env`. */

/** The variables that Pinakes knows, as strings; unset and empty ones are undefined. */
export interface Environment {
  readonly port: string | undefined;
  readonly host: string | undefined;
  readonly data: string | undefined;
  readonly config: string | undefined;
  readonly origin: string | undefined;
  readonly shards: string | undefined;
  readonly queue: string | undefined;
  readonly logLevel: string | undefined;
  readonly workers: string | undefined;
  readonly durability: string | undefined;
  readonly saveDeadline: string | undefined;
  readonly actionDays: string | undefined;
  readonly allowLoopback: string | undefined;
  readonly proxies: string | undefined;
  readonly statsd: string | undefined;
  readonly statsdListen: string | undefined;
  readonly otlp: string | undefined;
  readonly otlpSample: string | undefined;
  readonly alertMail: string | undefined;
  readonly smtp: string | undefined;
  readonly mailFrom: string | undefined;
  readonly archive: string | undefined;
  readonly archiveEndpoint: string | undefined;
  readonly archiveRegion: string | undefined;
  readonly archiveKey: string | undefined;
  readonly archiveSecret: string | undefined;
}

/** Takes the variables that Pinakes knows from `variables`. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const read = (name: string) => variables[name] || undefined;
  return {
    port: read('PORT'),
    host: read('HOST'),
    data: read('PINAKES_DATA'),
    config: read('PINAKES_CONFIG'),
    origin: read('PINAKES_ORIGIN'),
    shards: read('PINAKES_SHARDS'),
    queue: read('PINAKES_QUEUE'),
    logLevel: read('PINAKES_LOG'),
    workers: read('PINAKES_WORKERS'),
    durability: read('PINAKES_DURABILITY'),
    saveDeadline: read('PINAKES_SAVE_DEADLINE_MS'),
    actionDays: read('PINAKES_ACTION_DAYS'),
    allowLoopback: read('PINAKES_FETCH_LOOPBACK'),
    proxies: read('PINAKES_TRUST_PROXY'),
    statsd: read('PINAKES_STATSD'),
    statsdListen: read('PINAKES_STATSD_LISTEN'),
    otlp: read('PINAKES_OTLP'),
    otlpSample: read('PINAKES_OTLP_SAMPLE'),
    alertMail: read('PINAKES_ALERT_MAIL'),
    smtp: read('PINAKES_SMTP_URL'),
    mailFrom: read('PINAKES_MAIL_FROM'),
    archive: read('PINAKES_ARCHIVE'),
    archiveEndpoint: read('PINAKES_ARCHIVE_ENDPOINT'),
    archiveRegion: read('PINAKES_ARCHIVE_REGION'),
    archiveKey: read('PINAKES_ARCHIVE_KEY'),
    archiveSecret: read('PINAKES_ARCHIVE_SECRET'),
  };
}
