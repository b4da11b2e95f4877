import { ConflictError, InvalidInputError } from '#kernel/errors';
import type { Command, CommandContext, Reporter } from '../command.ts';

/** Tells how many of how many, and how fast. */
function reporting(label: string, report: Reporter) {
  const begun = performance.now();
  return (done: number, total: number): void => {
    const seconds = (performance.now() - begun) / 1000;
    const rate = seconds > 0 ? ` at ${Math.round(done / seconds)} events/s` : '';
    report.progress(`${label}${rate}`, done, total);
  };
}

type Rebuilt = { readonly name: string; readonly events: number; readonly seconds: number };

async function rebuildOne(name: string, partial: boolean, { app, report }: CommandContext): Promise<Rebuilt> {
  const begun = performance.now();
  const progress = reporting(`Rebuilding ${name}`, report);
  const { events } = await app.services.events.rebuild(name, progress, { partial });
  return { name, events, seconds: Number(((performance.now() - begun) / 1000).toFixed(3)) };
}

function textOf({ name, events, seconds }: Rebuilt): string {
  const rate = Math.round(events / Math.max(seconds, 0.001));
  return `${name}: ${events} events replayed in ${seconds.toFixed(1)} s (${rate}/s)`;
}

/**
 * `pinakes rebuild NAME`: recreates one derived thing from the log, or all of them: `{"rebuilt": [{"name", "events", "seconds"}],
 * "refused": [{"name", "reason"}]}`. Of all, those that cannot be made again whole are left as they are; exit code 1 then.
 */
export const rebuild: Command = async (input, context) => {
  const { consumers } = context.app.services.events;
  const name = String(input['name']);
  const isAll = name === 'all';
  if (!isAll && !consumers.includes(name))
    throw new InvalidInputError('name', `must be one of: ${consumers.join(', ')}, all`);
  const rebuilt: Rebuilt[] = [];
  const refused: { name: string; reason: string }[] = [];
  for (const one of isAll ? consumers : [name]) {
    try {
      rebuilt.push(await rebuildOne(one, input['partial'] === true, context));
    } catch (error) {
      if (!isAll || !(error instanceof ConflictError)) throw error;
      refused.push({ name: one, reason: error.message });
    }
  }
  const text = [...rebuilt.map(textOf), ...refused.map(({ reason }) => `NOT DONE ${reason}`)].join('\n');
  return { json: { rebuilt, refused }, text, exitCode: refused.length > 0 ? 1 : 0 };
};
