/** Signatures as Standard Webhooks has them (https://github.com/standard-webhooks/standard-webhooks, version 1.0.0). */
import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** A fresh secret: 32 random bytes. */
export const newSecret = (): string => prefix + randomBytes(32).toString('base64');

/** The headers that prove who sent a body, and when. */
export function signed(secret: string, id: string, atMs: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
