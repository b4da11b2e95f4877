import { ChartNoAxesColumn, Link2, Pencil } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { PinView } from '#services/pins/contract';
import { go } from '../../shared/nav/location.ts';
import { copyLink } from '../../shared/ui/copy-link.ts';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { useModule } from '../../shared/ui/use-module.ts';

const loadDialog = () => import('./edit-pin-dialog.tsx');

/** The pin. */
export interface PinMenuProps {
  readonly pin: PinView;
}

/** Quiet acts on an open pin; one's own can be edited. */
export function PinMenu({ pin }: PinMenuProps) {
  const [isEditing, setEditing] = useState(false);
  const module = useModule(loadDialog, isEditing);
  return (
    <>
      <IconButton label="Copy the link" onClick={() => void copyLink(`/pin/${pin.id}`)}>
        <Link2 size={20} aria-hidden="true" />
      </IconButton>
      {pin.mine && (
        <>
          <IconButton label="Edit" onClick={() => setEditing(true)}>
            <Pencil size={20} aria-hidden="true" />
          </IconButton>
          <IconButton label="Insights" onClick={() => void go(`/insights/pin/${pin.id}`)}>
            <ChartNoAxesColumn size={20} aria-hidden="true" />
          </IconButton>
        </>
      )}
      {module && <module.EditPinDialog pin={pin} onClose={() => setEditing(false)} />}
    </>
  );
}
