/** Passwords as argon2id hashes in PHC strings (OWASP Password Storage Cheat Sheet: at least 19 MiB, two passes, one lane). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Gate } from './gate.ts';

const derive = promisify(argon2);

/** What a hash costs, and how many are made at once: each takes its memory and one thread of the pool. */
export interface HashingOptions {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly concurrent: number;
}

interface Hashed {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

function format({ memoryKiB, passes, salt, key }: Hashed): string {
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${unpadded(salt)}$${unpadded(key)}`;
}

function parse(text: string): Hashed | undefined {
  const [, memory, passes, salt, key] = phc.exec(text) ?? [];
  if (salt === undefined || key === undefined) return undefined;
  const bytes = (part: string) => Buffer.from(part, 'base64');
  return { memoryKiB: Number(memory), passes: Number(passes), salt: bytes(salt), key: bytes(key) };
}

/** Hashes and verifies passwords off the event loop. Passwords are compared in Unicode's form NFKC. */
export class Passwords {
  readonly #options: HashingOptions;
  readonly #gate: Gate;
  constructor(options: HashingOptions) {
    this.#options = options;
    this.#gate = new Gate(options.concurrent, 200);
  }

  /** A PHC string with a fresh salt. Throws `UnavailableError` when too many wait. */
  async hash(password: string): Promise<string> {
    const { memoryKiB, passes } = this.#options;
    const salt = randomBytes(16);
    return format({
      memoryKiB,
      passes,
      salt,
      key: await this.#derive(password, { memoryKiB, passes, salt }),
    });
  }

  /** Whether the password is the one hashed; with no hash, false after the same work, so that time tells nothing. */
  async verify(password: string, stored: string | null): Promise<boolean> {
    const known = stored === null ? undefined : parse(stored);
    const key = await this.#derive(password, known ?? { ...this.#options, salt: Buffer.alloc(16) });
    return known !== undefined && timingSafeEqual(key, known.key);
  }

  #derive(password: string, { memoryKiB, passes, salt }: Omit<Hashed, 'key'>): Promise<Buffer> {
    const message = password.normalize('NFKC');
    const cost = { memory: memoryKiB, passes, parallelism: 1, tagLength: 32 };
    return this.#gate.run(() => derive('argon2id', { message, nonce: salt, ...cost }));
  }
}
