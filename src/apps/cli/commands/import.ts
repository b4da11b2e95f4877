import { type Person, system } from '#kernel/actor';
import type { Command, CommandContext } from '../command.ts';

async function importerOf(name: unknown, { app, report }: CommandContext): Promise<Person> {
  const { accounts } = app.services;
  if (typeof name === 'string') return accounts.actorByName(system, name);
  const { person, created } = await accounts.ensureOwner(system, 'owner');
  if (created || !(await accounts.me(person)).hasPassword) {
    const token = await accounts.createSignInToken(system, person.userId);
    const origin = app.config.origin ?? `http://${app.config.host}:${app.config.port}`;
    report.note(
      `The owner's account has no password yet. Sign in once (valid for an hour): ${origin}/signin?token=${token}`,
    );
  }
  return person;
}

/** `pinakes import DIR`: exit code 1 when any picture failed. */
export const importFolder: Command = async (input, context) => {
  const { app, report, signal } = context;
  const request = {
    folder: String(input['folder']),
    boardBy: input['boardBy'] === 'category' ? 'category' : 'folder',
  } as const;
  const person = await importerOf(input['as'], context);
  const result = await app.services.imports.importFolder(person, request, {
    signal,
    onProgress: ({ done, total }) => report.progress('Importing', done, total),
  });
  await app.services.events.drain();
  for (const { file, reason } of result.failures) report.note(`not imported: ${file}: ${reason}`);
  const { imported, skipped, failed } = result;
  return {
    json: { imported, skipped, failed, failures: result.failures },
    text: `${imported} imported, ${skipped} skipped (imported before), ${failed} failed`,
    exitCode: failed > 0 ? 1 : 0,
  };
};
