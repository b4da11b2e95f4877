import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import {
  AlertSchema,
  AlertsSchema,
  type Frame,
  SignalViewSchema,
  type Silence,
  SilenceSchema,
  SnapshotSchema,
} from '#services/monitor/contract';
import type { ApiDeps } from '../deps.ts';
import { eventStreams } from '../event-stream.ts';
import { requireOwner } from '../session.ts';
import { describe } from './shared.ts';

const path = '/api/operations/live';
const alertsPath = '/api/operations/alerts';

/** Where frames are streamed from. */
export const streamPath = `${path}/stream`;

const AlertParamsSchema = Type.Object({ id: Type.String({ maxLength: 100 }) });

/** Frames as JSON, each written once for all who look. */
function frameTexts(): (frame: Frame) => string {
  const texts = new WeakMap<Frame, string>();
  return (frame) => {
    const text = texts.get(frame) ?? JSON.stringify(frame);
    texts.set(frame, text);
    return text;
  };
}

function streamRoute(server: FastifyInstance, { services: { monitor } }: ApiDeps): void {
  const streams = eventStreams(server);
  const textOf = frameTexts();
  const summary = 'A frame each second as server-sent events, for a quarter of an hour at most (owner)';
  server.get(
    streamPath,
    { onRequest: requireOwner, schema: describe('operations', summary, {}, Type.String()) },
    (_request, reply) => {
      const { promise: opened, resolve } = Promise.withResolvers<ReturnType<typeof streams.open>>();
      const stop = monitor.listen(
        (frame) => void opened.then((stream) => stream.send(textOf(frame))),
        () => void opened.then((stream) => stream.end()),
      );
      resolve(streams.open(reply, stop));
    },
  );
}

function alertRoutes(server: FastifyInstance, { services: { monitor } }: ApiDeps): void {
  server.get(
    alertsPath,
    {
      onRequest: requireOwner,
      schema: describe('operations', 'The last 200 alerts (owner)', {}, AlertsSchema),
    },
    async () => ({ items: monitor.alerts() }),
  );
  server.post<{ Params: { id: string } }>(
    `${alertsPath}/:id/acknowledge`,
    {
      onRequest: requireOwner,
      schema: describe(
        'operations',
        'Say that an alert is known (owner)',
        { params: AlertParamsSchema },
        AlertSchema,
      ),
    },
    async ({ params }) => monitor.acknowledge(params.id),
  );
  server.post<{ Body: Silence }>(
    `${alertsPath}/silence`,
    {
      onRequest: requireOwner,
      schema: describe(
        'operations',
        'Send nothing of a signal for so many minutes; 0 ends that (owner)',
        { body: SilenceSchema },
        SignalViewSchema,
      ),
    },
    async ({ body }) => monitor.silence(body),
  );
}

/** The site as it is now, second by second, and its alerts. */
export function liveRoutes(server: FastifyInstance, deps: ApiDeps): void {
  server.get(
    path,
    {
      onRequest: requireOwner,
      schema: describe(
        'operations',
        'The site as it is now, and was in the last hour (owner)',
        {},
        SnapshotSchema,
      ),
    },
    () => deps.services.monitor.snapshot(),
  );
  streamRoute(server, deps);
  alertRoutes(server, deps);
}
