/**
 * Watching one server over a connection of its own.
 *
 * It is asked a few times a second. Refusing a connection, to anybody, means at once that it is gone; not answering means
 * so at the second time. Whoever sees a connection break makes the next look come early, and whoever gets a new one
 * knows it to be back.
 */
import type { ServerState } from '../servers.ts';
import { Link } from './link.ts';
import type { Position } from './position.ts';
import type { Finding } from './probe.ts';

/** How to watch. */
export interface WatchOptions {
  readonly url: string;
  readonly role: 'primary' | 'replica';
  readonly look: (link: Link) => Promise<Finding>;
  /** Milliseconds between two looks, and that one may take. */
  readonly everyMs: number;
  readonly patienceMs: number;
  /** A replica that is behind by more seconds is left out. */
  readonly lagLimitSeconds: number;
  /** Called as a look begins; what it answers is called with what the look found. */
  readonly onLook?: () => (finding: Finding) => void;
  /** Told when the server is gone, and when it is back. */
  readonly onGone?: () => void;
  readonly onBack?: () => void;
  /** Told when its state is another than before. */
  readonly onState?: (before: ServerState) => void;
}

/** Looks in a row that may go without an answer. */
const mostMisses = 2;

const refusals = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN']);

/** Whether a server, or the network before it, says that nobody listens. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return refusals.has(String((error as NodeJS.ErrnoException).code)) || isRefusal(error.cause);
}

/** Watches from `start` to `close`. */
export class ServerWatch {
  readonly #options: WatchOptions;
  readonly #life = new AbortController();
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #isHurried = false;
  #link: Link | undefined;
  #reach: 'unknown' | 'up' | 'gone' = 'unknown';
  #misses = 0;
  #finding: Finding | undefined;
  #problem = '';
  #told: ServerState = 'unknown';
  #hasFollowed = false;
  readonly #firstLook = Promise.withResolvers<void>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Whether it does not answer. */
  get isGone(): boolean {
    return this.#reach === 'gone';
  }

  /** What the last look found; undefined when there was none or it failed. */
  get finding(): Finding | undefined {
    return this.#finding;
  }

  /** Whether it was seen to follow, so that it has what its primary had, whatever it does now. */
  get hasFollowed(): boolean {
    return this.#hasFollowed;
  }

  /** Resolves when it was looked at for the first time, whatever came of it. */
  get firstLook(): Promise<void> {
    return this.#firstLook.promise;
  }

  /** Up to where it has applied, at least; undefined when that is not known. */
  get applied(): Position | undefined {
    return this.#finding?.applied;
  }

  get state(): ServerState {
    if (this.#reach !== 'up') return this.#reach;
    if (!this.#finding) return 'unknown';
    if (this.#options.role === 'replica') return this.#replicaState(this.#finding);
    return this.#finding.isReadOnly ? 'read-only' : 'up';
  }

  /** What is wrong with it, in words. */
  get problem(): string {
    if (this.state === 'up') return '';
    if (this.state === 'broken' && !this.#finding?.following) return 'it follows nobody';
    return this.#finding?.following?.problem || this.#problem;
  }

  /** Begins. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends; resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#life.abort();
    this.#wake?.();
    await this.#running;
    this.#firstLook.resolve();
  }

  /** A connection was made. */
  opened(): void {
    this.#misses = 0;
    if (this.isGone) this.#reached();
    this.#tell();
  }

  /** A connection broke or was not made. */
  broke(error: unknown): void {
    if (isRefusal(error)) this.#lost(error);
    if (this.isGone) return;
    this.#isHurried = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    while (!this.#life.signal.aborted) {
      this.#isHurried = false;
      await this.#look();
      if (!this.#isHurried && !this.#life.signal.aborted) await this.#pause();
    }
    this.#link?.drop();
  }

  async #look(): Promise<void> {
    const { url, look, patienceMs, onLook } = this.#options;
    const found = onLook?.();
    try {
      const { signal } = this.#life;
      this.#link ??= await Link.open({ url, session: [], connectMs: patienceMs, patienceMs, signal });
      this.#finding = await look(this.#link);
      this.#hasFollowed ||= this.#finding.following !== undefined;
      this.#misses = 0;
      this.#reached();
      found?.(this.#finding);
    } catch (error) {
      if (!this.#life.signal.aborted) this.#missed(error);
    }
    this.#firstLook.resolve();
    this.#tell();
  }

  #missed(error: unknown): void {
    this.#link?.drop();
    this.#link = undefined;
    this.#finding = undefined;
    this.#misses += 1;
    this.#problem = error instanceof Error ? error.message : String(error);
    if (isRefusal(error) || this.#misses >= mostMisses) this.#lost(error);
    else this.#isHurried = true;
  }

  #lost(error: unknown): void {
    this.#problem = error instanceof Error ? error.message : String(error);
    if (this.isGone) return;
    this.#reach = 'gone';
    this.#finding = undefined;
    this.#options.onGone?.();
    this.#tell();
  }

  #reached(): void {
    const isBack = this.isGone;
    this.#reach = 'up';
    if (isBack) this.#options.onBack?.();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, this.#options.everyMs).unref();
      this.#wake = done;
    });
  }

  #tell(): void {
    const { state } = this;
    const before = this.#told;
    if (state === before || state === 'unknown') return;
    this.#told = state;
    this.#options.onState?.(before);
  }

  #replicaState({ following }: Finding): ServerState {
    if (!following?.isApplying) return 'broken';
    const { isReceiving, lagSeconds: lag } = following;
    if (!isReceiving || lag === null) return 'detached';
    return lag > this.#options.lagLimitSeconds ? 'behind' : 'up';
  }
}
