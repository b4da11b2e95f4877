import { FolderPlus, Images, Link2, ScanSearch } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import type { PinView } from '#services/pins/contract';
import { go } from '../../shared/nav/location.ts';
import { backdropOf } from '../../shared/pin/picture.tsx';
import { pictureUrl } from '../../shared/pin/picture-url.ts';
import { pinName } from '../../shared/pin/pin-name.ts';
import { Button } from '../../shared/ui/button.tsx';
import { copyLink } from '../../shared/ui/copy-link.ts';
import { Dialog } from '../../shared/ui/dialog.tsx';
import { useSaveTarget } from './use-save-target.ts';

/** A pin and the way out. */
export interface PinSheetProps {
  readonly pin: PinView;
  readonly onClose: () => void;
}

interface SheetActProps {
  readonly icon: ComponentChildren;
  readonly label: string;
  readonly onPress: () => void;
}

function SheetAct({ icon, label, onPress }: SheetActProps) {
  return (
    <button type="button" class="sheet-act" onClick={onPress}>
      {icon} {label}
    </button>
  );
}

/** The acts on a pin at the bottom of the screen, in reach of a thumb. */
export function PinSheet({ pin, onClose }: PinSheetProps) {
  const target = useSaveTarget(pin);
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Dialog title={pinName(pin)} onClose={onClose} class="sheet" isBare>
      <div class="sheet-head">
        <img src={pictureUrl(pin.picture.signature, 236)} alt="" style={backdropOf(pin.picture)} />
        <p>{pinName(pin)}</p>
      </div>
      <Button look="primary" class="sheet-save" onClick={then(target.save)}>
        {target.board ? `Save to ${target.board.name}` : 'Save'}
      </Button>
      <SheetAct
        icon={<FolderPlus aria-hidden="true" />}
        label="Choose a board"
        onPress={then(() => target.choose(null))}
      />
      <SheetAct
        icon={<Images aria-hidden="true" />}
        label="More like this"
        onPress={then(() => void go(`/search/picture?pin=${pin.id}`))}
      />
      <SheetAct
        icon={<ScanSearch aria-hidden="true" />}
        label="Search in this picture"
        onPress={then(() => void go(`/pin/${pin.id}?lens`))}
      />
      <SheetAct
        icon={<Link2 aria-hidden="true" />}
        label="Copy the link"
        onPress={then(() => void copyLink(`/pin/${pin.id}`))}
      />
    </Dialog>
  );
}
