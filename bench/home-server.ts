/** The server under test with one route more: a constant of the size of a home page, through the same hooks. */
import { createApiServer } from '#apps/api/server';
import { composeApp } from '#apps/compose';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { stranger } from '#kernel/actor';

const app = await composeApp(loadConfig(readEnvironment()));
await app.start();
const { services, config, log, metrics } = app;
const server = await createApiServer({ services, config, log, metrics });
const constant = await services.feed.homeJson(stranger, {});
server.get('/bench/constant', { schema: { hide: true } }, async (_request, reply) => {
  reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'private, no-store');
  return reply.send(constant);
});
process.on('SIGTERM', async () => {
  await server.close();
  await app.stop();
  process.exit(0);
});
process.stdout.write(`${await server.listen({ port: config.port, host: config.host })}\n`);
