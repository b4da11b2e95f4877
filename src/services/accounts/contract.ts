/** Accounts: people, their sessions and devices. */
import Type, { type Static } from 'typebox';
import type { Actor, Person } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { IdSchema } from '#kernel/schema';

/** A name in URLs: 2 to 30 of a-z, 0-9, underscore, dot, hyphen; starts with a letter or digit. Compared in lower case. */
export const UserNameSchema = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{1,29}$' });
/** 8 to 200 characters. */
export const PasswordSchema = Type.String({ minLength: 8, maxLength: 200 });

/** A new account. */
export const SignUpSchema = Type.Object({
  name: UserNameSchema,
  password: PasswordSchema,
  displayName: Type.Optional(Type.String({ maxLength: 60 })),
});
export type SignUp = Static<typeof SignUpSchema>;

/** Credentials. */
export const SignInSchema = Type.Object({
  name: Type.String({ maxLength: 100 }),
  password: Type.String({ maxLength: 200 }),
});
export type SignIn = Static<typeof SignInSchema>;

/** A change of one's profile. */
export const ProfilePatchSchema = Type.Object({
  displayName: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  about: Type.Optional(Type.String({ maxLength: 500 })),
});
export type ProfilePatch = Static<typeof ProfilePatchSchema>;

/** `current` is not needed while no password is set. */
export const PasswordChangeSchema = Type.Object({
  current: Type.Optional(Type.String({ maxLength: 200 })),
  next: PasswordSchema,
});
export type PasswordChange = Static<typeof PasswordChangeSchema>;

/** What is stored of a person. */
export interface UserData {
  readonly name: string;
  readonly displayName: string;
  readonly about: string;
  readonly role: 'owner' | 'member';
  /** PHC string; null until a password is set (accounts made by an import). */
  readonly passwordHash: string | null;
}

/** What `user.*` events say of a person: everything but the password's hash. Sessions and sign-in links have no events. */
export type UserBody = Omit<UserData, 'passwordHash'>;

/** A person on a card or beside a pin. */
export const PersonCardSchema = Type.Object({
  id: IdSchema,
  name: Type.String(),
  displayName: Type.String(),
});
export type PersonCard = Static<typeof PersonCardSchema>;

/** A person's page. */
export const PersonViewSchema = Type.Object({
  id: IdSchema,
  name: Type.String(),
  displayName: Type.String(),
  about: Type.String(),
  createdAt: Type.Number(),
  /** Public boards and pins only, unless it is the viewer's own page. */
  counts: Type.Object({
    boards: Type.Number(),
    pins: Type.Number(),
    followers: Type.Number(),
    following: Type.Number(),
  }),
  followed: Type.Boolean(),
  mine: Type.Boolean(),
});
export type PersonView = Static<typeof PersonViewSchema>;

/** The signed-in person, for their own eyes. */
export const MeSchema = Type.Object({
  id: IdSchema,
  name: Type.String(),
  displayName: Type.String(),
  about: Type.String(),
  role: Type.Union([Type.Literal('owner'), Type.Literal('member')]),
  hasPassword: Type.Boolean(),
});
export type Me = Static<typeof MeSchema>;

/** A device that is signed in. */
export const DeviceSchema = Type.Object({
  id: IdSchema,
  /** Browser and system in words, for example "Firefox on Linux". */
  label: Type.String(),
  createdAt: Type.Number(),
  lastSeenAt: Type.Number(),
  current: Type.Boolean(),
});
export type Device = Static<typeof DeviceSchema>;

/** Where a sign-in comes from: for the devices list and for rate limits. */
export interface DeviceInfo {
  readonly userAgent: string;
  readonly address: string;
}

/** A new session. `token` goes into the cookie; only its hash is stored. */
export interface Session {
  readonly token: string;
  readonly sessionId: Id;
  readonly me: Me;
}

/** Who a token belongs to. */
export interface Authenticated {
  readonly actor: Person;
  readonly sessionId: Id;
}

/** The accounts service. */
export interface Accounts {
  /** Makes an account; the first one of an installation is the owner's. Throws `ConflictError` on a taken name. */
  signUp(input: SignUp, device: DeviceInfo): Promise<Session>;
  /** Throws `UnauthenticatedError` on a wrong name or password alike, `RateLimitedError` after too many tries by name or address. */
  signIn(input: SignIn, device: DeviceInfo): Promise<Session>;
  /** A one-time sign-in link's token, valid for an hour; system only. */
  createSignInToken(actor: Actor, userId: Id): Promise<string>;
  signInWithToken(token: string, device: DeviceInfo): Promise<Session>;
  /** Who this token belongs to; undefined when revoked or unknown. Cached: microseconds for a known token. */
  authenticate(token: string): Promise<Authenticated | undefined>;
  signOut(token: string): Promise<void>;
  devices(actor: Actor, current: Id): Promise<Device[]>;
  /** Signs one of the actor's own devices out, at once. */
  revoke(actor: Actor, sessionId: Id): Promise<void>;
  me(actor: Actor): Promise<Me>;
  updateProfile(actor: Actor, patch: ProfilePatch): Promise<Me>;
  /** `current` is not needed while no password is set. Signs out all other devices. */
  changePassword(actor: Actor, change: PasswordChange, keep: Id): Promise<void>;
  /** Cards by id; unknown ids absent. */
  cards(ids: readonly Id[]): Promise<Map<Id, PersonCard>>;
  /** The id behind a name; throws `NotFoundError`. */
  idByName(name: string): Promise<Id>;
  /** The page of a person without counts and follow state, which the caller adds. */
  profile(id: Id): Promise<Omit<PersonView, 'counts' | 'followed' | 'mine'>>;
  /** The owner as an actor; undefined before the first account. */
  owner(): Promise<Person | undefined>;
  /** The owner, made without a password when there is nobody yet; system only. */
  ensureOwner(actor: Actor, name: string): Promise<{ person: Person; created: boolean }>;
  /** A person as an actor, for the command line's `--as`; system only. */
  actorByName(actor: Actor, name: string): Promise<Person>;
}
