import { type Actor, system } from '#kernel/actor';
import type { FoundPin } from '#services/search/contract';
import type { Command, CommandContext, CommandResult } from '../command.ts';

/** The command line belongs to whoever holds the data: it searches as the owner, or as `--as NAME`. */
async function searcher(name: unknown, { app }: CommandContext): Promise<Actor> {
  const { accounts } = app.services;
  if (typeof name === 'string') return accounts.actorByName(system, name);
  return (await accounts.owner()) ?? system;
}

function answer(found: readonly FoundPin[]): CommandResult {
  const results = found.map(({ pin, score }) => ({
    id: pin.id,
    title: pin.title,
    board: pin.board.name,
    score: Math.round(score * 10_000) / 10_000,
  }));
  const lines = results.map(
    ({ id, title, board, score }) => `${score.toFixed(4)}  ${id}  ${title || '(no title)'}  [${board}]`,
  );
  return { json: { results }, text: lines.join('\n') || 'Nothing found.', exitCode: 0 };
}

/** `pinakes search WORDS`. */
export const searchWords: Command = async (input, context) => {
  const viewer = await searcher(input['as'], context);
  return answer(
    await context.app.services.search.pins(viewer, String(input['words']), Number(input['limit'])),
  );
};

/** `pinakes search --image FILE`. */
export const searchPicture: Command = async (input, context) => {
  const viewer = await searcher(input['as'], context);
  const query = { path: String(input['image']) };
  return answer(await context.app.services.search.picture(viewer, query, Number(input['limit'])));
};
