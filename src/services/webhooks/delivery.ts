/** Deliveries: jobs that bring a message to a hook. */
import Type, { type Static } from 'typebox';
import type { Job, NewJob } from '#engines/queue/port';
import type { Person } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { check, IdSchema } from '#kernel/schema';
import type { Boards } from '#services/boards/contract';
import { GiveUpError, type JobHandler } from '#services/jobs/contract';
import type { Delivery } from './contract.ts';
import type { HookHealth } from './health.ts';
import type { Hook, Hooks } from './hooks.ts';
import { audible, type Subject, type Told } from './messages.ts';
import { signed } from './signature.ts';

/** What a delivery's job holds. */
const PayloadSchema = Type.Object({
  hookId: Type.String(),
  message: Type.Object({
    id: Type.String(),
    kind: Type.String(),
    at: Type.Number(),
    data: Type.Unsafe<JsonObject>(Type.Record(Type.String(), Type.Unknown())),
  }),
  subject: Type.Union([Type.Object({ boardId: IdSchema, wasSecret: Type.Boolean() }), Type.Null()]),
});
type Payload = Static<typeof PayloadSchema>;

/** The name of the jobs. */
export const deliveryJob = 'webhook';
/** With these pauses, about three days. */
const attempts = 110;
const backoff = { baseMs: 5000, capMs: 3_600_000 };
const gone = 410;

/** Sends a body to a public address; answers the status. */
export interface Post {
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number>;
}

/** What delivering stands on. */
export interface DeliveringDeps {
  readonly hooks: Hooks;
  readonly health: HookHealth;
  readonly boards: Pick<Boards, 'data'>;
  readonly poster: Post;
  readonly clock: Clock;
}

/** The job that brings a message to a hook; one while the same waits. */
export function deliveryOf(hookId: string, message: Told, subject: Subject | null): NewJob {
  const payload = { hookId, message: { ...message }, subject: subject && { ...subject } };
  return { name: deliveryJob, payload, attempts, deduplicationKey: `${hookId}/${message.id}` };
}

/** What a delivery's job holds. */
export function payloadOf({ payload }: Pick<Job, 'payload'>): Payload {
  return check(PayloadSchema, payload, 'delivery');
}

/** A delivery as shown. */
export function viewOf(job: Job): Delivery {
  const { hookId, message } = payloadOf(job);
  const { status, withheld } = (job.result ?? {}) as { status?: number; withheld?: true };
  const tries = job.attempts - job.attemptsLeft;
  return {
    id: job.id,
    hookId,
    messageId: message.id,
    kind: message.kind,
    state: job.state,
    status: status ?? null,
    error: withheld ? 'not sent: it became secret before' : job.error,
    tries,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
    nextTryAt: job.state === 'pending' ? job.runAfter : null,
  };
}

/** The owner of a hook: hooks are made by owners of the installation alone. */
export const ownerOf = ({ ownerId }: Hook): Person => ({ kind: 'person', userId: ownerId, role: 'owner' });

/** Brings messages to hooks. */
export class Delivering {
  readonly #deps: DeliveringDeps;

  constructor(deps: DeliveringDeps) {
    this.#deps = deps;
  }

  handler(): JobHandler {
    const run = (payload: JsonObject) => this.#deliver(payloadOf({ payload }));
    return { name: deliveryJob, concurrency: 4, backoff, run };
  }

  async #deliver(payload: Payload): Promise<JsonObject> {
    const { hooks, health, boards } = this.#deps;
    const hook = await hooks.find(payload.hookId);
    if (!hook) throw new GiveUpError('the webhook was removed');
    if (!hook.enabled) throw new GiveUpError('the webhook is disabled');
    // Asked at every try: a board may have become secret since.
    if ((await audible(boards, ownerOf(hook), [payload])).length === 0) return { withheld: true };
    health.requireReady(hook);
    return { status: await this.#post(hook, payload.message) };
  }

  async #post(hook: Hook, message: Payload['message']): Promise<number> {
    const { poster, health, clock } = this.#deps;
    const body = JSON.stringify(message);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Pinakes',
      ...signed(hook.secret, message.id, clock.now(), body),
    };
    let status: number;
    try {
      status = await poster.post(hook.url, headers, body);
    } catch (error) {
      await health.failed(hook, false);
      throw error instanceof InvalidInputError ? new GiveUpError(error.message, error) : error;
    }
    if (status >= 200 && status < 300) {
      await health.succeeded(hook);
      return status;
    }
    await health.failed(hook, status === gone);
    throw new UnavailableError(`the other side answered ${status}`);
  }
}
