import type { Person } from '#kernel/actor';
import { NotFoundError } from '#kernel/errors';
import type { NewWebhook } from '#services/webhooks/contract';
import type { Command, CommandContext } from '../command.ts';
import { tableOf } from '../table.ts';

async function ownerOf({ app }: CommandContext): Promise<Person> {
  const owner = await app.services.accounts.owner();
  if (!owner) throw new NotFoundError('owner: nobody has signed up yet');
  return owner;
}

const time = (at: number): string => new Date(at).toISOString();

/** `pinakes webhooks list`: `{"webhooks"}`. */
export const webhooksList: Command = async (_input, context) => {
  const webhooks = await context.app.services.webhooks.list(await ownerOf(context));
  const rows = webhooks.map(({ id, url, kinds, enabled, reason }) => [
    id,
    enabled ? 'on' : (reason ?? 'off'),
    url,
    kinds.join(' '),
  ]);
  const text = rows.length > 0 ? tableOf(['id', 'state', 'url', 'kinds'], rows).join('\n') : 'there are none';
  return { json: { webhooks }, text, exitCode: 0 };
};

/** `pinakes webhooks add URL --kinds …`: the hook with its secret. */
export const webhooksAdd: Command = async (input, context) => {
  const owner = await ownerOf(context);
  const asked = { url: input['url'], kinds: input['kinds'] } as unknown as NewWebhook;
  const made = await context.app.services.webhooks.create(owner, asked);
  const text = `${made.id} is told of ${made.kinds.join(', ')}\nits secret, shown this once: ${made.secret}`;
  return { json: { ...made }, text, exitCode: 0 };
};

/** `pinakes webhooks remove ID`: `{"removed"}`. */
export const webhooksRemove: Command = async (input, context) => {
  const id = String(input['id']);
  await context.app.services.webhooks.remove(await ownerOf(context), id);
  return { json: { removed: id }, text: `${id} is removed`, exitCode: 0 };
};

/** `pinakes webhooks test ID`: waits for the answer; exit code 1 when there was none that is good. */
export const webhooksTest: Command = async (input, context) => {
  const { webhooks, jobs } = context.app.services;
  const delivery = await webhooks.test(await ownerOf(context), String(input['id']));
  const { state, error, result } = await jobs.wait(delivery, 15_000);
  const status = result?.['status'] ?? null;
  const isGood = state === 'done';
  const text = isGood ? `it answered ${status}` : (error ?? 'it has not answered yet');
  return { json: { delivery, state, status, error }, text, exitCode: isGood ? 0 : 1 };
};

/** `pinakes webhooks deliveries [ID]`: `{"deliveries"}`, the latest first. */
export const webhooksDeliveries: Command = async (input, context) => {
  const hookId = typeof input['id'] === 'string' ? input['id'] : undefined;
  const owner = await ownerOf(context);
  const deliveries = await context.app.services.webhooks.deliveries(owner, { hookId, limit: 100 });
  const rows = deliveries.map(({ id, kind, state, status, error, tries, updatedAt }) => [
    id,
    time(updatedAt),
    kind,
    state,
    String(tries),
    String(status ?? error ?? ''),
  ]);
  const head = ['id', 'changed', 'kind', 'state', 'tries', 'answer'];
  const text = rows.length > 0 ? tableOf(head, rows).join('\n') : 'nothing was sent yet';
  return { json: { deliveries }, text, exitCode: 0 };
};

/** `pinakes webhooks again DELIVERY`: `{"delivery"}`. */
export const webhooksAgain: Command = async (input, context) => {
  const delivery = await context.app.services.webhooks.redeliver(await ownerOf(context), String(input['id']));
  return { json: { delivery }, text: `it is sent again as ${delivery}`, exitCode: 0 };
};
