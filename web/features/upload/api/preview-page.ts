import { useMutation } from '@tanstack/preact-query';
import type { PagePreview } from '#services/media/contract';
import { useApi } from '../../../shared/api/api.ts';

/** Reads a page and lists the pictures that could be saved from it. */
export function usePreviewPage() {
  const api = useApi();
  return useMutation({
    mutationFn: (url: string) => api.send<PagePreview>('POST', '/api/media/preview', { url }),
  });
}
