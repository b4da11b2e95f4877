import type { PinView } from '#services/pins/contract';

/** What a pin's picture shows, in words: its alt text, else the title, else the description's beginning, else where it is. */
export function pinName(pin: PinView): string {
  const words = pin.altText.trim() || pin.title.trim() || firstWords(pin.description);
  return words || `Picture on the board ${pin.board.name}`;
}

function firstWords(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length <= 120 ? line : `${line.slice(0, 119).trimEnd()}…`;
}
