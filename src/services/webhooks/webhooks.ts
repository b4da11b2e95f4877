/** Webhooks over the jobs service. */
import { randomUUID } from 'node:crypto';
import type { JobState } from '#engines/queue/port';
import { type Actor, type Person, requirePerson } from '#kernel/actor';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  TooLargeError,
} from '#kernel/errors';
import type { JsonObject } from '#kernel/json';
import { check } from '#kernel/schema';
import type { JobHandler, Jobs } from '#services/jobs/contract';
import {
  type Delivery,
  type NewWebhook,
  NewWebhookSchema,
  type WebhookKind,
  type WebhookPatch,
  WebhookPatchSchema,
  type Webhooks,
  type WebhookView,
} from './contract.ts';
import { Delivering, type DeliveringDeps, deliveryJob, deliveryOf, payloadOf, viewOf } from './delivery.ts';
import type { Hook } from './hooks.ts';
import { newSecret } from './signature.ts';

/** What webhooks stand on. */
export interface WebhooksDeps extends DeliveringDeps {
  readonly jobs: Pick<Jobs, 'enqueue' | 'enqueueMany' | 'get' | 'list'>;
  readonly poster: DeliveringDeps['poster'] & { require(url: string): URL };
}

const mostHooks = 50;
const mostChars = 100_000;
/** How many deliveries of each state are looked through. */
const looked = 500;
const states: readonly JobState[] = ['pending', 'running', 'done', 'failed'];

function requireOwner(actor: Actor): Person {
  const person = requirePerson(actor);
  if (person.role === 'owner') return person;
  throw new ForbiddenError('this is for the owner of this site');
}

function shown({ secret: _secret, ...view }: Hook): WebhookView {
  return view;
}

function requireAnnouncement(data: JsonObject, key: string): void {
  if (!/^[!-~]{1,200}$/.test(key))
    throw new InvalidInputError('key', 'must be 1 to 200 visible characters of ASCII');
  if (JSON.stringify(data).length > mostChars)
    throw new TooLargeError('data', `must be at most ${mostChars} characters of JSON`);
}

/** Webhooks of one installation. */
export class QueuedWebhooks implements Webhooks {
  readonly #deps: WebhooksDeps;

  constructor(deps: WebhooksDeps) {
    this.#deps = deps;
  }

  async create(actor: Actor, input: NewWebhook): Promise<WebhookView & { secret: string }> {
    const { userId: ownerId } = requireOwner(actor);
    const { url, kinds, secret = newSecret() } = check(NewWebhookSchema, input);
    const { hooks, poster, clock } = this.#deps;
    const made: Hook = {
      id: randomUUID(),
      url: poster.require(url).href,
      kinds,
      createdAt: clock.now(),
      ownerId,
      enabled: true,
      reason: null,
      failingSince: null,
      secret,
    };
    await hooks.change((all) => {
      if (all.length < mostHooks) return [...all, made];
      throw new ConflictError(`there are ${mostHooks} webhooks already, which is as many as there can be`);
    });
    return made;
  }

  async update(actor: Actor, id: string, patch: WebhookPatch): Promise<WebhookView> {
    requireOwner(actor);
    const { url, kinds, enabled } = check(WebhookPatchSchema, patch);
    const { hooks, poster, health } = this.#deps;
    if (url !== undefined || enabled) health.forget(id);
    const change = {
      ...(url !== undefined && { url: poster.require(url).href }),
      ...(kinds !== undefined && { kinds }),
      ...(enabled !== undefined && { enabled, reason: null, failingSince: null }),
    };
    return shown(await hooks.edit(id, change));
  }

  async remove(actor: Actor, id: string): Promise<void> {
    requireOwner(actor);
    const { hooks, health } = this.#deps;
    await hooks.get(id);
    await hooks.change((all) => all.filter((hook) => hook.id !== id));
    health.forget(id);
  }

  async list(actor: Actor): Promise<WebhookView[]> {
    requireOwner(actor);
    return (await this.#deps.hooks.all()).map(shown);
  }

  async deliveries(actor: Actor, request: { hookId?: string; limit: number }): Promise<Delivery[]> {
    requireOwner(actor);
    const { hookId, limit } = request;
    const jobs = await Promise.all(states.map((state) => this.#deps.jobs.list(state, looked, deliveryJob)));
    return jobs
      .flat()
      .map(viewOf)
      .filter((one) => hookId === undefined || one.hookId === hookId)
      .toSorted((a, b) => b.updatedAt - a.updatedAt)
      .slice(0, limit);
  }

  async redeliver(actor: Actor, deliveryId: string): Promise<string> {
    requireOwner(actor);
    const job = await this.#deps.jobs.get(deliveryId);
    if (job?.name !== deliveryJob) throw new NotFoundError('delivery');
    const { hookId, message, subject } = payloadOf(job);
    await this.#requireEnabled(hookId);
    return this.#deps.jobs.enqueue({ ...deliveryOf(hookId, message as never, subject), priority: 1 });
  }

  async test(actor: Actor, id: string): Promise<string> {
    requireOwner(actor);
    await this.#requireEnabled(id);
    const at = this.#deps.clock.now();
    const data = { text: 'If you can read this, Pinakes can reach this webhook.' };
    const message = { id: `test-${randomUUID()}`, kind: 'test', at, data } as const;
    return this.#deps.jobs.enqueue({ ...deliveryOf(id, message, null), priority: 1 });
  }

  async announce(kind: WebhookKind, data: JsonObject, key: string): Promise<number> {
    requireAnnouncement(data, key);
    const { hooks, jobs, clock } = this.#deps;
    const asking = (await hooks.all()).filter((hook) => hook.enabled && hook.kinds.includes(kind));
    const message = { id: key, kind, at: clock.now(), data };
    if (asking.length > 0) await jobs.enqueueMany(asking.map(({ id }) => deliveryOf(id, message, null)));
    return asking.length;
  }

  handlers(): JobHandler[] {
    return [new Delivering(this.#deps).handler()];
  }

  async #requireEnabled(id: string): Promise<void> {
    if (!(await this.#deps.hooks.get(id)).enabled)
      throw new ConflictError('the webhook is disabled; enable it first');
  }
}
