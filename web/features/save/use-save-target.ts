import type { BoardCard } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import { useMe } from '../../shared/api/me.ts';
import { useMyBoards } from '../../shared/api/my-boards.ts';
import { goToSignIn } from '../../shared/nav/sign-in.ts';
import { saveRequest } from './save-request.ts';
import { saved } from './saved.ts';
import { useSave } from './use-save.ts';

/** How a pin's Save stands. */
export interface SaveTarget {
  /** Where Save goes: the board used last; undefined while there is none. */
  readonly board: BoardCard | undefined;
  readonly isSaved: boolean;
  /** Saves to that board, or asks for one. */
  readonly save: () => void;
  /** Asks for a board, beside `from`. */
  readonly choose: (from: Element | null) => void;
}

/** What Save does with a pin, and where to. */
export function useSaveTarget(pin: PinView): SaveTarget {
  const me = useMe();
  const boards = useMyBoards();
  const save = useSave();
  const savedTo = saved.value.get(pin.id);
  const board = savedTo ?? boards?.[0];
  const choose = (from: Element | null) => {
    if (!me) return goToSignIn();
    saveRequest.value = { pin, kind: 'choose', anchor: from?.getBoundingClientRect() ?? null };
  };
  return {
    board,
    isSaved: savedTo !== undefined,
    save: () =>
      board || !me ? save(pin, board ?? { id: pin.board.id, name: '', secret: false }) : choose(null),
    choose,
  };
}
