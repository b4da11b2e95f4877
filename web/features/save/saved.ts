/** Pins saved during this visit, by the pin they were saved from. */
import { signal } from '@preact/signals';
import type { BoardCard } from '#services/boards/contract';

/** The board that each was saved to. */
export const saved = signal<ReadonlyMap<string, BoardCard>>(new Map());

/** Marks a pin as saved to a board; unmarks it without one. */
export function markSaved(pinId: string, board: BoardCard | null): void {
  const next = new Map(saved.value);
  if (board) next.set(pinId, board);
  else next.delete(pinId);
  saved.value = next;
}
