import type { PinView } from '#services/pins/contract';
import { BoardPicker } from '../../shared/board/board-picker.tsx';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { PinSheet } from './pin-sheet.tsx';
import { saveRequest } from './save-request.ts';
import { useSave } from './use-save.ts';

interface ChooseProps {
  readonly pin: PinView;
  readonly anchor: DOMRect | null;
}

const close = () => {
  saveRequest.value = null;
};

function Choose({ pin, anchor }: ChooseProps) {
  const save = useSave();
  return (
    <Dialog title="Save to" onClose={close} anchor={anchor} class="picker-dialog">
      <BoardPicker
        onChoose={(board) => {
          close();
          save(pin, board);
        }}
      />
    </Dialog>
  );
}

/** Where the choice of a board and the acts on a pin open. */
export function SaveHost() {
  const request = saveRequest.value;
  if (!request) return null;
  if (request.kind === 'sheet') return <PinSheet key={request.pin.id} pin={request.pin} onClose={close} />;
  return <Choose key={request.pin.id} pin={request.pin} anchor={request.anchor} />;
}
