/** The mail server: where it is, and what its answers mean. */
import type { Transporter } from 'nodemailer';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { GiveUpError } from '#services/jobs/contract';
import type { MailSettings, Message } from './contract.ts';
import { requireSender } from './message.ts';

/** How to reach a mail server: `smtp://` or `smtps://`, with name and password where it asks for them. */
export interface MailServerOptions {
  readonly url: string;
  /** An address, or `Name <address>`. */
  readonly from: string;
}

const connectMs = 10_000;
const silentMs = 30_000;

function parsedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && (url.protocol === 'smtp:' || url.protocol === 'smtps:') && url.hostname !== '') return url;
  throw new InvalidInputError('PINAKES_SMTP_URL', 'must be smtp:// or smtps://user:password@host:port');
}

function isHere(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** What the mail library needs to know; a password never travels in the clear to another machine. */
export function transportOptions(url: URL) {
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && user !== '' && !isHere(url.hostname),
    ...(user !== '' && { auth: { user, pass: decodeURIComponent(url.password) } }),
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    socketTimeout: silentMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What the server said in one line, or what kept it from answering. */
function wordsOf(error: unknown): string {
  const { response, message } = error as { response?: unknown; message?: unknown };
  return String(response ?? message ?? error)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .slice(0, 300);
}

/** A server refuses a recipient or a message for good by a code of 500 and more; all else may change. */
function judged(error: unknown): Error {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
  const refused = (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500;
  const text = `the mail server ${refused ? 'refused the message' : 'did not take the message'}: ${wordsOf(error)}`;
  return refused ? new GiveUpError(text, error) : new UnavailableError(text, error);
}

/** One mail server. The library is loaded, and a connection made, for the first message; no connection is kept. */
export class MailServer {
  readonly settings: MailSettings;
  readonly #url: URL;
  readonly #from: { name: string; address: string };
  #transport: Promise<Transporter> | undefined;

  /** Throws `InvalidInputError` naming the variable at fault. */
  constructor({ url, from }: MailServerOptions) {
    this.#url = parsedUrl(url);
    this.#from = requireSender('PINAKES_MAIL_FROM', from);
    this.settings = { server: this.#url.host, from: this.#from.address };
  }

  /** Hands a message over; answers what the server said. Throws `GiveUpError` when it never will take it, `UnavailableError` when it may. */
  async deliver({ to, subject, text }: Message, id: string): Promise<string> {
    this.#transport ??= this.#open();
    const transport = await this.#transport;
    try {
      const sent = await transport.sendMail({
        from: this.#from,
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${id}@${this.#from.address.split('@')[1]}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return wordsOf({ response: (sent as { response?: string }).response ?? '' });
    } catch (error) {
      throw judged(error);
    }
  }

  async #open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    return createTransport(transportOptions(this.#url));
  }
}
