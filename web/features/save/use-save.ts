import { type QueryClient, useQueryClient } from '@tanstack/preact-query';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import { type Api, useApi } from '../../shared/api/api.ts';
import { messageOf } from '../../shared/api/api-error.ts';
import { finished } from '../../shared/api/job.ts';
import { useMe } from '../../shared/api/me.ts';
import { myBoardsQuery } from '../../shared/api/my-boards.ts';
import type { Saved } from '../../shared/api/saved.ts';
import { goToSignIn } from '../../shared/nav/sign-in.ts';
import { toast } from '../../shared/ui/toast.ts';
import { removePin } from './api/remove-pin.ts';
import { savePin } from './api/save-pin.ts';
import { markSaved } from './saved.ts';

interface Tools {
  readonly api: Api;
  readonly client: QueryClient;
}

type Target = Pick<BoardView, 'id' | 'name' | 'secret'>;

function putFirst({ api, client }: Tools, board: Target): void {
  client.setQueryData(myBoardsQuery(api).queryKey, (boards) => {
    const used = boards?.find(({ id }) => id === board.id);
    return used && boards ? [used, ...boards.filter((other) => other !== used)] : boards;
  });
}

function refresh({ client }: Tools, board: Target): void {
  void client.invalidateQueries({ queryKey: ['board', board.id] });
  void client.invalidateQueries({ queryKey: ['me', 'boards'], refetchType: 'none' });
}

/** Resolves when everybody sees a new pin: until then it can't be removed. */
async function settled({ api }: Tools, { job }: Saved): Promise<void> {
  if (job !== undefined) await finished(api, job, 'The server could not keep it.');
}

async function undo(tools: Tools, pin: PinView, board: Target, saving: Promise<Saved>): Promise<void> {
  markSaved(pin.id, null);
  try {
    const saved = await saving;
    await settled(tools, saved);
    await removePin(tools.api, saved.pin.id);
    refresh(tools, board);
  } catch (error) {
    toast(`That could not be undone. ${messageOf(error)}`, { tone: 'alarm' });
  }
}

/** Shows the save as done at once; takes it back, and says so, when it fails. */
function save(tools: Tools, pin: PinView, board: Target): void {
  markSaved(pin.id, board);
  putFirst(tools, board);
  const saving = savePin(tools.api, pin.id, board.id);
  toast(`Saved to ${board.name}`, {
    act: { label: 'Undo', run: () => void undo(tools, pin, board, saving) },
  });
  const failed = (error: unknown) => {
    markSaved(pin.id, null);
    const again = { label: 'Try again', run: () => save(tools, pin, board) };
    toast(`Not saved. ${messageOf(error)}`, { tone: 'alarm', act: again });
  };
  saving.then((saved) => {
    refresh(tools, board);
    if (saved.job === undefined) return;
    toast('Kept safe. Others will see it in a moment.');
    settled(tools, saved).catch(failed);
  }, failed);
}

/** Saves pins to boards; sends strangers to sign in first. */
export function useSave(): (pin: PinView, board: Target) => void {
  const tools = { api: useApi(), client: useQueryClient() };
  const me = useMe();
  return (pin, board) => (me ? save(tools, pin, board) : goToSignIn());
}
