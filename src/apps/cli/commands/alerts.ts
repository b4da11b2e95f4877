import { check } from '#kernel/schema';
import { type Alert, SilenceSchema } from '#services/monitor/contract';
import type { Command } from '../command.ts';
import { tableOf } from '../table.ts';

const moment = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

function stateOf({ state, acknowledgedAt, resolvedAt }: Alert): string {
  if (state === 'resolved') return `over ${moment(resolvedAt ?? 0).slice(11)}`;
  return acknowledgedAt === null ? 'FIRING' : 'firing, known';
}

/** `pinakes alerts`: `{"alerts"}`; exit code 1 while one fires. */
export const alertsList: Command = async (_input, { app }) => {
  const alerts = app.services.monitor.alerts();
  const rows = alerts.map((alert) => [
    stateOf(alert),
    moment(alert.raisedAt),
    alert.signal,
    alert.title,
    alert.id,
  ]);
  return {
    json: { alerts: alerts.map((alert) => ({ ...alert })) },
    text:
      rows.length > 0
        ? tableOf(['state', 'raised (UTC)', 'signal', 'what', 'id'], rows).join('\n')
        : 'no alerts',
    exitCode: alerts.some(({ state }) => state === 'firing') ? 1 : 0,
  };
};

/** `pinakes alerts acknowledge ID`: the alert. */
export const alertsAcknowledge: Command = async (input, { app }) => {
  const alert = app.services.monitor.acknowledge(String(input['id']));
  return { json: { ...alert }, text: `known: ${alert.title}`, exitCode: 0 };
};

/** `pinakes alerts silence SIGNAL`: the signal as it stands. */
export const alertsSilence: Command = async (input, { app }) => {
  const signal = app.services.monitor.silence(check(SilenceSchema, input));
  const { title, silencedUntil } = signal;
  const text =
    silencedUntil === null
      ? `${title}: alerts are sent`
      : `${title}: nothing is sent until ${moment(silencedUntil)} UTC`;
  return { json: { ...signal }, text, exitCode: 0 };
};
