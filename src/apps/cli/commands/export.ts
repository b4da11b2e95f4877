import { system } from '#kernel/actor';
import { NotFoundError } from '#kernel/errors';
import type { Command, CommandContext } from '../command.ts';

async function personOf(name: unknown, { app: { services } }: CommandContext) {
  if (typeof name === 'string') return services.accounts.actorByName(system, name);
  const owner = await services.accounts.owner();
  if (!owner) throw new NotFoundError('owner: nobody has signed up yet');
  return owner;
}

/** `pinakes export --as NAME FILE`: `{"file", "boards", "pins", "pictures", "missing"}`; exit code 1 when pictures have no bytes any more. */
export const exportLibrary: Command = async (input, context) => {
  const { app, report, signal } = context;
  const file = String(input['file']);
  const person = await personOf(input['as'], context);
  const onProgress = (done: number, total: number) => report.progress('Exporting', done, total);
  const summary = await app.services.exports.write(person, file, { signal, onProgress });
  const { boards, pins, pictures, missing } = summary;
  const lost = missing > 0 ? `; ${missing} pins have no picture any more` : '';
  const text = `${pins} pins of ${pictures} pictures on ${boards} boards are in ${file}${lost}`;
  return { json: { file, ...summary }, text, exitCode: missing > 0 ? 1 : 0 };
};
