import { InvalidInputError } from '#kernel/errors';
import type { Command } from '../command.ts';

/** `pinakes rebuild NAME`: recreates one derived thing from the log, or all of them. */
export const rebuild: Command = async (input, { app, report }) => {
  const { events } = app.services;
  const name = String(input['name']);
  const names = name === 'all' ? events.consumers : [name];
  if (!names.every((one) => events.consumers.includes(one))) {
    throw new InvalidInputError('name', `must be one of: ${events.consumers.join(', ')}, all`);
  }
  const rebuilt: { name: string; events: number }[] = [];
  for (const one of names) {
    const done = await events.rebuild(one, (at, total) => report.progress(`Rebuilding ${one}`, at, total));
    rebuilt.push({ name: one, events: done.events });
  }
  const text = rebuilt.map((one) => `${one.name}: ${one.events} events replayed`).join('\n');
  return { json: { rebuilt }, text, exitCode: 0 };
};
