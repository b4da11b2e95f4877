/** Mail: messages to people, delivered through an SMTP server by durable jobs. */
import Type, { type Static } from 'typebox';
import type { JobHandler } from '#services/jobs/contract';

/** One message, in plain text, to one person. */
export const MessageSchema = Type.Object({
  /** A bare address such as `ana@example.org`, without a name; 254 characters at most. */
  to: Type.String({ minLength: 3, maxLength: 254 }),
  /** One line. */
  subject: Type.String({ minLength: 1, maxLength: 200 }),
  text: Type.String({ minLength: 1, maxLength: 100_000 }),
  /** The same again while a message of this key waits or is being sent is that one. */
  key: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});
export type Message = Static<typeof MessageSchema>;

/** What became of a message that was to be sent. */
export type MailOutcome =
  /** It is durable; the job of this id delivers it, and tries again for about a day. */
  | { readonly kind: 'enqueued'; readonly job: string }
  /** No mail server is configured: nothing is kept, and nothing will be sent. */
  | { readonly kind: 'not set up' };

/** Whom the mail server is asked to send as, and where it is; without its password. */
export interface MailSettings {
  readonly server: string;
  readonly from: string;
}

/** The mail service. */
export interface Mail {
  /** Undefined while mail is not set up. */
  readonly settings: MailSettings | undefined;
  /**
   * Sends a message by a job; durable when it resolves. Throws `InvalidInputError` for what cannot be sent, an address or a
   * subject that would add headers among it. A message may arrive twice when the process dies while it is sent.
   */
  send(message: Message): Promise<MailOutcome>;
  /**
   * Sends a message to an address at once, to prove the settings; answers what the mail server said. Throws `ConflictError`
   * when mail is not set up, `UnavailableError` with the server's own words when it does not take the message.
   */
  test(to: string): Promise<{ readonly answer: string }>;
  /** The handlers of the mail jobs, to be registered with `Jobs.handle`. */
  handlers(): JobHandler[];
}
