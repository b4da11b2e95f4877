import { useRef, useState } from 'preact/hooks';
import type { PinView } from '#services/pins/contract';
import { useLongPress } from '../a11y/use-long-press.ts';
import { memo } from '../ui/memo.tsx';
import { Picture } from './picture.tsx';
import { pinName } from './pin-name.ts';
import { usePinTools } from './pin-tools.ts';

/** A pin in a grid. */
export interface TileProps {
  readonly pin: PinView;
  /** Its place, as custom properties. */
  readonly place: string;
  /** Counted from 1. */
  readonly position: number;
  readonly eager: boolean;
  readonly onOpen: (pin: PinView, tile: Element | null) => void;
}

const sizes = '(max-width: 560px) 50vw, 260px';

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** Whether the focus went elsewhere on the page. Into a dialog does not count: it comes back from there. */
function hasLeft(tile: HTMLElement, to: EventTarget | null): boolean {
  return to instanceof Element && !tile.contains(to) && !to.closest('dialog');
}

/** Whether a mouse is over, or the keyboard within; a finger's tap is neither. */
function useAttention() {
  const [isActive, setActive] = useState(false);
  return {
    isActive,
    handlers: {
      onPointerEnter: (event: PointerEvent) => event.pointerType === 'mouse' && setActive(true),
      onPointerLeave: (event: PointerEvent & { currentTarget: HTMLElement }) =>
        setActive(event.currentTarget.querySelector(':focus-visible') !== null),
      onFocusIn: (event: FocusEvent) =>
        event.target instanceof Element && event.target.matches(':focus-visible') && setActive(true),
      onFocusOut: (event: FocusEvent & { currentTarget: HTMLElement }) => {
        if (hasLeft(event.currentTarget, event.relatedTarget)) setActive(false);
      },
    },
  };
}

/** At rest only the picture; the acts come with attention. */
export const Tile = memo(({ pin, place, position, eager, onOpen }: TileProps) => {
  const tools = usePinTools();
  const element = useRef<HTMLLIElement>(null);
  const { isActive, handlers } = useAttention();
  const press = useLongPress(() => tools?.openSheet(pin));
  const open = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    onOpen(pin, element.current);
  };
  return (
    <li
      ref={element}
      class="tile"
      style={place}
      data-pin={pin.id}
      aria-posinset={position}
      aria-setsize={-1}
      {...handlers}
    >
      <a class="tile-link" href={`/pin/${pin.id}`} onClick={open} {...press}>
        <Picture picture={pin.picture} alt={pinName(pin)} sizes={sizes} eager={eager} />
      </a>
      {isActive && tools && <tools.Veil pin={pin} />}
    </li>
  );
});
