import { useState } from 'preact/hooks';
import { useKeys } from '../../shared/a11y/use-keys.ts';
import { focusSearch } from '../../shared/nav/focus-search.ts';
import { Dialog } from '../../shared/ui/dialog.tsx';

const keys: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['Tab, Enter', 'Walk the pictures, open one'],
  ['← →', 'The picture before or after, in a closeup'],
  ['Esc', 'Close a picture or a dialog'],
  ['S', 'Save the open picture'],
  ['L', 'Search in a part of the open picture'],
  ['Arrows, Shift + arrows', 'Move or resize the search frame'],
  ['Ctrl + V', 'Search by, or save, a copied picture'],
  ['?', 'These keys'],
];

/** Keys that work everywhere, and the dialog that lists them all. */
export function KeysHost() {
  const [isOpen, setOpen] = useState(false);
  useKeys({ '/': focusSearch, '?': () => setOpen(true) });
  if (!isOpen) return null;
  return (
    <Dialog title="Keys" onClose={() => setOpen(false)}>
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
