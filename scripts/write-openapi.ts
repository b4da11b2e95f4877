/** `node scripts/write-openapi.ts`: writes docs/openapi.json from the routes and their schemas. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApiServer } from '#apps/api/server';
import { composeApp } from '#apps/compose';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';

const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-openapi-'));
const app = await composeApp(loadConfig(readEnvironment({ PINAKES_DATA: folder, PINAKES_LOG: 'error' })));
const { services, config, log, metrics } = app;
const server = await createApiServer({ services, config, log, metrics });
await server.ready();
const file = path.resolve(import.meta.dirname, '../docs/openapi.json');
await writeFile(file, `${JSON.stringify(server.swagger(), null, 2)}\n`);
await server.close();
await app.stop();
await rm(folder, { recursive: true, force: true });
