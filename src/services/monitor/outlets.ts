/** Where alerts go beside the page: to a mailbox, and to other programs. */
import type { JsonObject } from '#kernel/json';
import type { Alert, AlertOutlet } from './contract.ts';

/** What can send mail. */
export interface Mailer {
  send(message: { to: string; subject: string; text: string; key?: string }): Promise<unknown>;
}

/** What can tell other programs. */
export interface Announcer {
  announce(kind: 'alert.raised' | 'alert.resolved', data: JsonObject, key: string): Promise<unknown>;
}

const keyOf = ({ id, state, returns }: Alert): string => `alert-${id}-${state}-${returns}`;

const momentText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

function textOf({ title, startedAt, raisedAt, resolvedAt }: Alert, page: string): string {
  return [
    title,
    '',
    `Began   ${momentText(startedAt)}`,
    `Raised  ${momentText(raisedAt)}`,
    ...(resolvedAt === null ? [] : [`Over    ${momentText(resolvedAt)}`]),
    '',
    page,
  ].join('\n');
}

/** Writes to one address. `page` is where the alert can be looked at. */
export function createMailOutlet(mailer: Mailer, to: string, page: string): AlertOutlet {
  return {
    name: 'mail',
    async deliver(alert) {
      const word = alert.state === 'firing' ? 'Alert' : 'Over';
      const subject = `${word}: ${alert.title}`.slice(0, 200);
      await mailer.send({ to, subject, text: textOf(alert, page), key: keyOf(alert) });
    },
  };
}

/** Announces `alert.raised` and `alert.resolved` with the alert as data. */
export function createWebhookOutlet(announcer: Announcer): AlertOutlet {
  return {
    name: 'webhooks',
    async deliver(alert) {
      const kind = alert.state === 'firing' ? 'alert.raised' : 'alert.resolved';
      await announcer.announce(kind, { ...alert }, keyOf(alert));
    },
  };
}
