/** The root of the process that DuckDB lives in. It answers one order after another, and ends with its parent. */
import type { DuckdbOrder, DuckdbReply } from './messages.ts';
import { DuckdbSession } from './session.ts';

let session: Promise<DuckdbSession> | undefined;

async function replyTo(order: DuckdbOrder): Promise<DuckdbReply> {
  session ??= DuckdbSession.open(order.tables[0]?.folder ?? '/nowhere', order.limits);
  return (await session).reply(order);
}

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.on('message', async (order: DuckdbOrder) => {
  process.send?.(await replyTo(order));
});
