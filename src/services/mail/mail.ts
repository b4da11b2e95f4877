/** Mail by jobs. */
import { randomUUID } from 'node:crypto';
import { ConflictError, UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { check } from '#kernel/schema';
import { GiveUpError, type JobHandler, type Jobs } from '#services/jobs/contract';
import { type Mail, type MailOutcome, type MailSettings, type Message, MessageSchema } from './contract.ts';
import { requireMessage } from './message.ts';
import type { MailServer } from './server.ts';

/** What mail stands on. */
export interface MailDeps {
  readonly jobs: Pick<Jobs, 'enqueue'>;
  /** Undefined: mail is not set up. */
  readonly server: MailServer | undefined;
}

const jobName = 'mail';
/** With these pauses, about a day. */
const attempts = 70;
const backoff = { baseMs: 10_000, capMs: 1_800_000 };
const notSetUp = 'mail is not set up: set PINAKES_SMTP_URL and PINAKES_MAIL_FROM';

/** Sends through one server. */
export class QueuedMail implements Mail {
  readonly #deps: MailDeps;

  constructor(deps: MailDeps) {
    this.#deps = deps;
  }

  get settings(): MailSettings | undefined {
    return this.#deps.server?.settings;
  }

  async send(message: Message): Promise<MailOutcome> {
    const { key, ...rest } = requireMessage(message);
    if (!this.#deps.server) return { kind: 'not set up' };
    const job = await this.#deps.jobs.enqueue({
      name: jobName,
      payload: rest,
      attempts,
      ...(key !== undefined && { deduplicationKey: key }),
    });
    return { kind: 'enqueued', job };
  }

  async test(to: string): Promise<{ answer: string }> {
    const { server } = this.#deps;
    if (!server) throw new ConflictError(notSetUp);
    const text = 'If you can read this, Pinakes can send mail with these settings.\n';
    const message = requireMessage({ to, subject: 'A test from Pinakes', text });
    try {
      return { answer: await server.deliver(message, randomUUID()) };
    } catch (error) {
      // Here somebody waits for the answer, and nothing tries again.
      if (error instanceof GiveUpError) throw new UnavailableError(error.message, error);
      throw error;
    }
  }

  handlers(): JobHandler[] {
    const run = async (payload: JsonObject, id: string): Promise<JsonObject> => {
      const { server } = this.#deps;
      if (!server) throw new GiveUpError(notSetUp);
      // Its id makes every try of a message the same message, for servers and readers that notice.
      return { answer: await server.deliver(check(MessageSchema, payload, 'message'), `job-${id}`) };
    };
    return [
      {
        name: jobName,
        concurrency: 2,
        backoff,
        run: (payload, { job }) => run(payload, job.id),
      },
    ];
  }
}
