/** The mail service: messages to people, by durable jobs. */
import type { Jobs } from '#services/jobs/contract';
import type { Mail } from './contract.ts';
import { QueuedMail } from './mail.ts';
import { MailServer, type MailServerOptions } from './server.ts';

/** What the service needs. */
export interface MailOptions {
  readonly jobs: Pick<Jobs, 'enqueue'>;
  /** Null: mail is not set up. */
  readonly server: MailServerOptions | null;
}

/** Throws `InvalidInputError` naming the setting at fault. */
export function requireMailServer(options: MailServerOptions): MailServerOptions {
  return new MailServer(options) && options;
}

/** Makes the service; throws `InvalidInputError` naming the setting at fault. Nothing is connected before the first message. */
export function createMail({ jobs, server }: MailOptions): Mail {
  return new QueuedMail({ jobs, server: server ? new MailServer(server) : undefined });
}
