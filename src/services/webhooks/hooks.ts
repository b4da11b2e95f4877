/** The hooks of an installation, in a setting that the process with the data folder keeps in memory. */
import Type, { type Static } from 'typebox';
import type { Registry } from '#engines/registry/port';
import { retryConflicts } from '#kernel/conflicts';
import { NotFoundError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import { check } from '#kernel/schema';
import { Serial } from '#kernel/serial';
import { WebhookViewSchema } from './contract.ts';

/** A hook as stored. */
export const HookSchema = Type.Object({ ...WebhookViewSchema.properties, secret: Type.String() });
export type Hook = Static<typeof HookSchema>;

const HooksSchema = Type.Array(HookSchema);
const setting = 'webhooks';

/** Reads and changes hooks. */
export class Hooks {
  readonly #registry: Pick<Registry, 'getSetting' | 'setSetting'>;
  readonly #writes = new Serial();
  #known: readonly Hook[] | undefined;

  constructor(registry: Pick<Registry, 'getSetting' | 'setSetting'>) {
    this.#registry = registry;
  }

  /** All hooks, the oldest first. Cost: nothing after the first time. */
  async all(): Promise<readonly Hook[]> {
    this.#known ??= (await this.#read()).hooks;
    return this.#known;
  }

  /** A hook; undefined when there is none. */
  async find(id: string): Promise<Hook | undefined> {
    return (await this.all()).find((hook) => hook.id === id);
  }

  /** A hook; throws `NotFoundError`. */
  async get(id: string): Promise<Hook> {
    const hook = await this.find(id);
    if (!hook) throw new NotFoundError('webhook');
    return hook;
  }

  /** Writes what `edit` makes of the hooks; durable when it resolves. */
  async change(edit: (hooks: readonly Hook[]) => readonly Hook[]): Promise<void> {
    await this.#writes.run(() =>
      retryConflicts(async () => {
        const { hooks, version } = await this.#read();
        const edited = edit(hooks);
        await this.#registry.setSetting(setting, edited as unknown as Json, version);
        this.#known = edited;
      }),
    );
  }

  /** Changes one hook; answers it as it is then. Throws `NotFoundError`. */
  async edit(id: string, change: Partial<Omit<Hook, 'id'>>): Promise<Hook> {
    await this.change((hooks) => {
      if (!hooks.some((hook) => hook.id === id)) throw new NotFoundError('webhook');
      return hooks.map((hook) => (hook.id === id ? { ...hook, ...change } : hook));
    });
    return this.get(id);
  }

  async #read(): Promise<{ hooks: readonly Hook[]; version: number }> {
    const found = await this.#registry.getSetting(setting);
    return { hooks: found ? check(HooksSchema, found.value, setting) : [], version: found?.version ?? 0 };
  }
}
