import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { accountRoutes } from './accounts.ts';
import { actionRoutes } from './actions.ts';
import { analyticsRoutes } from './analytics.ts';
import { archiveRoutes, queryRoutes } from './archive.ts';
import { boardRoleRoutes } from './board-roles.ts';
import { boardRoutes } from './boards.ts';
import { eventRoutes } from './events.ts';
import { exportRoutes } from './exports.ts';
import { feedRoutes } from './feeds.ts';
import { followRoutes } from './follows.ts';
import { healthRoutes } from './health.ts';
import { imageRoutes } from './images.ts';
import { jobRoutes } from './jobs.ts';
import { liveRoutes } from './live.ts';
import { mediaRoutes } from './media.ts';
import { migrationRoutes } from './migrations.ts';
import { operationsRoutes } from './operations.ts';
import { pinRoutes } from './pins.ts';
import { profileRoutes } from './profiles.ts';
import { saveRoutes } from './saves.ts';
import { searchRoutes } from './search.ts';
import { sessionRoutes } from './sessions.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every route, in the order of the OpenAPI document. */
export async function routes(server: FastifyInstance, deps: ApiDeps): Promise<void> {
  const all = [
    accountRoutes,
    sessionRoutes,
    profileRoutes,
    followRoutes,
    mediaRoutes,
    pinRoutes,
    saveRoutes,
    boardRoutes,
    boardRoleRoutes,
    feedRoutes,
    searchRoutes,
    imageRoutes,
    exportRoutes,
    actionRoutes,
    analyticsRoutes,
    operationsRoutes,
    liveRoutes,
    eventRoutes,
    jobRoutes,
    archiveRoutes,
    queryRoutes,
    migrationRoutes,
    webhookRoutes,
    healthRoutes,
  ];
  for (const register of all) register(server, deps);
}
