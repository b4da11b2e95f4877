/** The acts on a pin that every list shows, supplied by the app so that lists need not know who does them. */
import { type ComponentType, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PinView } from '#services/pins/contract';

/** A pin to act on. */
export interface PinProps {
  readonly pin: PinView;
}

/** A pin to look into. */
export interface LensProps extends PinProps {
  readonly onClose: () => void;
}

/** The acts. */
export interface PinTools {
  /** Over a tile that is hovered or focused. */
  readonly Veil: ComponentType<PinProps>;
  /** Save with the choice of a board. */
  readonly SaveControl: ComponentType<PinProps>;
  /** Search in a part of the picture. */
  readonly Lens: ComponentType<LensProps>;
  /** The same acts in reach of a thumb. */
  openSheet(pin: PinView): void;
}

/** Where lists find the acts. */
export const PinToolsContext = createContext<PinTools | null>(null);

/** The acts on pins; null where there are none. */
export function usePinTools(): PinTools | null {
  return useContext(PinToolsContext);
}
