import type { QueryClient } from '@tanstack/preact-query';
import { go } from '../../shared/nav/location.ts';
import { toast } from '../../shared/ui/toast.ts';

/** Tells that new pins are on a board, leads there, and has what shows them read again. */
export function announceSaved(client: QueryClient, boardId: string, text: string): void {
  void client.invalidateQueries({ queryKey: ['board', boardId] });
  void client.invalidateQueries({ queryKey: ['me', 'boards'] });
  void client.invalidateQueries({ queryKey: ['user'] });
  void client.invalidateQueries({ queryKey: ['feed', 'home'], refetchType: 'none' });
  toast(text, { act: { label: 'See them', run: () => void go(`/board/${boardId}`) } });
}
