/** Who is asking. Every service call that reads or writes people's data takes one. */
import { UnauthenticatedError } from './errors.ts';
import type { Id } from './ids.ts';

/** A signed-in person. The owner runs this installation. */
export interface Person {
  readonly kind: 'person';
  readonly userId: Id;
  readonly role: 'owner' | 'member';
}

/** Somebody who is not signed in; sees what is public. */
export interface Stranger {
  readonly kind: 'stranger';
}

/** Pinakes itself: jobs, consumers, the command line of whoever holds the data folder. Sees everything. */
export interface System {
  readonly kind: 'system';
}

/** Who is asking. */
export type Actor = Person | Stranger | System;

/** The one stranger. */
export const stranger: Stranger = { kind: 'stranger' };

/** The one system actor. */
export const system: System = { kind: 'system' };

/** The person behind an actor as events record it; null for the system and strangers. */
export function actorId(actor: Actor): Id | null {
  return actor.kind === 'person' ? actor.userId : null;
}

/** Returns the actor as a person, or throws `UnauthenticatedError`. */
export function requirePerson(actor: Actor): Person {
  if (actor.kind !== 'person') throw new UnauthenticatedError();
  return actor;
}
