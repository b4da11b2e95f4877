import { availableParallelism } from 'node:os';
import type { Clock } from '#kernel/clock';
import type { Log } from '#kernel/log';
import type { Store } from '#services/store/contract';
import { StoredAccounts } from './accounts.ts';
import type { Accounts } from './contract.ts';
import { Ownership } from './ownership.ts';
import { type HashingOptions, Passwords } from './passwords.ts';
import { People } from './people.ts';
import { Sessions } from './sessions.ts';
import { type SignInLimitOptions, SignInLimits } from './sign-in-limits.ts';
import { SignInLinks } from './sign-in-links.ts';

export { claimsOfUser } from './claims.ts';
export { bodyOf as bodyOfUser } from './people.ts';

/** What accounts stand on; limits and hashing have safe defaults. */
export interface AccountsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<SignInLimitOptions>;
  readonly hashing?: Partial<HashingOptions>;
}

/** Makes the accounts service. Memory: up to 19 MiB for each password that is being hashed, as many at once as there are cores, at most 4. */
export function createAccounts({ store, clock, log, limits, hashing }: AccountsDeps): Accounts {
  const concurrent = Math.min(4, availableParallelism());
  const ownership = new Ownership(store);
  const roleOf = ownership.roleOf.bind(ownership);
  return new StoredAccounts({
    store,
    ownership,
    people: new People(store, clock),
    passwords: new Passwords({ memoryKiB: 19_456, passes: 2, concurrent, ...hashing }),
    sessions: new Sessions({ store, clock, log, roleOf }),
    links: new SignInLinks(store, clock),
    limits: new SignInLimits({ perNameAndAddress: 5, perAddress: 30, perName: 100, ...limits }),
  });
}
