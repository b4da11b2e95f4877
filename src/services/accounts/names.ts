import { ConflictError, InvalidInputError } from '#kernel/errors';

/** Names that are, or may become, parts of the site's own addresses, or that could pass for its voice. */
const reserved = new Set(
  `about abuse account accounts admin administrator api app assets auth blog board boards cli config contact
  explore feed following followers healthz help home img import jobs legal login logout me media metrics mail
  moderator new null oauth openapi owner pin pinakes pins privacy root search security session sessions settings
  shop signin signout signup static status stranger support system terms undefined user users v5 well-known www`
    .split(/\s+/)
    .map((name) => name.trim()),
);

const pattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{1,29}$/;

/** Whether any account could go by this name. */
export function isPossibleName(name: string): boolean {
  return pattern.test(name);
}

/** The form in which names are claimed and compared. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** Refuses what no account could go by. */
export function requirePossibleName(name: string): void {
  if (isPossibleName(name)) return;
  throw new InvalidInputError('name', 'must be 2 to 30 letters, digits, dots, hyphens or underscores');
}

/** Refuses names that the site keeps for itself. */
export function refuseReserved(name: string): void {
  requirePossibleName(name);
  if (reserved.has(nameKey(name))) throw nameTaken();
}

/** The error for a name that somebody else has. */
export function nameTaken(): ConflictError {
  return new ConflictError('this name is taken', 'name');
}
