import type { Json } from '#kernel/json';
import type { Command } from '../command.ts';
import { tableOf } from '../table.ts';

const textIn = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** `pinakes events parked [CONSUMER]`: `{"consumers", "parked"}`. */
export const eventsParked: Command = async (input, { app }) => {
  const { events } = app.services;
  const parked = await events.parked(textIn(input['consumer']));
  const rows = parked.map(({ id, type, at, replays, cause }) => [
    id,
    type,
    new Date(at).toISOString(),
    String(replays),
    cause,
  ]);
  const lines = tableOf(['id', 'type', 'logged', 'replays', 'cause'], rows);
  return {
    json: { consumers: await events.lags(), parked },
    text: rows.length > 0 ? lines.join('\n') : 'nothing is parked',
    exitCode: 0,
  };
};

/** `pinakes events replay CONSUMER [ID]`: `{"replayed", "failed"}`; exit code 1 when any failed again. */
export const eventsReplay: Command = async (input, { app }) => {
  const outcome = await app.services.events.replay(String(input['consumer']), textIn(input['id']));
  const { replayed, failed } = outcome;
  const text = `${replayed} applied${failed > 0 ? `, ${failed} failed again: see pinakes events parked` : ''}`;
  return { json: { ...outcome }, text, exitCode: failed > 0 ? 1 : 0 };
};

/** `pinakes events discard CONSUMER [ID]`: `{"discarded"}`. */
export const eventsDiscard: Command = async (input, { app }) => {
  const discarded = await app.services.events.discard(String(input['consumer']), textIn(input['id']));
  return { json: { discarded }, text: `${discarded} discarded`, exitCode: 0 };
};
