import { InvalidInputError } from '#kernel/errors';
import type { Command, Reporter } from '../command.ts';

/** Tells how many of how many, and how fast. */
function reporting(label: string, report: Reporter) {
  const begun = performance.now();
  return (done: number, total: number): void => {
    const seconds = (performance.now() - begun) / 1000;
    const rate = seconds > 0 ? ` at ${Math.round(done / seconds)} events/s` : '';
    report.progress(`${label}${rate}`, done, total);
  };
}

/** `pinakes rebuild NAME`: recreates one derived thing from the log, or all of them: `{"rebuilt": [{"name", "events", "seconds"}]}`. */
export const rebuild: Command = async (input, { app, report }) => {
  const { events } = app.services;
  const name = String(input['name']);
  const partial = input['partial'] === true;
  const names = name === 'all' ? events.consumers : [name];
  if (!names.every((one) => events.consumers.includes(one))) {
    throw new InvalidInputError('name', `must be one of: ${events.consumers.join(', ')}, all`);
  }
  const rebuilt: { name: string; events: number; seconds: number }[] = [];
  for (const one of names) {
    const begun = performance.now();
    const done = await events.rebuild(one, reporting(`Rebuilding ${one}`, report), { partial });
    const seconds = Number(((performance.now() - begun) / 1000).toFixed(3));
    rebuilt.push({ name: one, events: done.events, seconds });
  }
  const text = rebuilt.map(textOf).join('\n');
  return { json: { rebuilt }, text, exitCode: 0 };
};

function textOf({ name, events, seconds }: { name: string; events: number; seconds: number }): string {
  return `${name}: ${events} events replayed in ${seconds.toFixed(1)} s (${Math.round(events / Math.max(seconds, 0.001))}/s)`;
}
