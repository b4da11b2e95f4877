/** Bearer tokens: `<id>.<secret>`. The id finds the stored half, which holds only the secret's SHA-256. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Id, isId, type ObjectType, typeOf } from '#kernel/ids';

/** A fresh token, for its holder, and what is stored of it. */
export interface NewToken {
  readonly token: string;
  readonly hash: string;
}

/** A token taken apart; nothing is proven yet. */
export interface PresentedToken {
  readonly id: Id;
  readonly hash: Buffer;
}

const shape = /^([1-9][0-9]{0,18})\.([A-Za-z0-9_-]{43})$/;

/** Makes a token of 256 random bits for the object that will hold its hash. */
export function newToken(id: Id): NewToken {
  const secret = randomBytes(32).toString('base64url');
  return { token: `${id}.${secret}`, hash: hash('sha256', secret, 'base64url') };
}

/** Reads a token that came from outside; undefined when it has not the shape. Cost: one SHA-256. */
export function readToken(token: string): PresentedToken | undefined {
  const [, id, secret] = shape.exec(token) ?? [];
  if (secret === undefined || !isId(id)) return undefined;
  return { id, hash: hash('sha256', secret, 'buffer') };
}

/** Whether a token's id is that of an object of this type. */
export function isTokenOf(token: PresentedToken, type: ObjectType): boolean {
  return typeOf(token.id) === type;
}

/** Whether a presented token is the stored one; takes the same time wherever they differ. */
export function provesToken(presented: PresentedToken, storedHash: string): boolean {
  const stored = Buffer.from(storedHash, 'base64url');
  return stored.length === presented.hash.length && timingSafeEqual(stored, presented.hash);
}
