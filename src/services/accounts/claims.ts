import type { UserData } from './contract.ts';
import { ownerClaim } from './ownership.ts';
import { nameClaim } from './people.ts';

/** The claims that a stored person holds. */
export function claimsOfUser(data: UserData): { space: string; key: string }[] {
  return [nameClaim(data), ...(data.role === 'owner' ? [ownerClaim] : [])];
}
