import { openSheet } from '../features/save/open-sheet.ts';
import { PinVeil } from '../features/save/pin-veil.tsx';
import { SaveControl } from '../features/save/save-control.tsx';
import type { PinTools } from '../shared/pin/pin-tools.ts';
import { LazyLens } from './lazy-lens.tsx';

/** What can be done with a pin in any list. */
export const pinTools: PinTools = { Veil: PinVeil, SaveControl, Lens: LazyLens, openSheet };
