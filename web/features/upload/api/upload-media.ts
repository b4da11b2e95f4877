import type { MediaView } from '#services/media/contract';
import { errorOf, offlineError } from '../../../shared/api/api-error.ts';

function answerOf(request: XMLHttpRequest): unknown {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return undefined;
  }
}

/** Sends one picture file; `onShare` hears how much of it is sent, 0 to 1. Rejects with the server's refusal. */
export function uploadMedia(
  file: File,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<MediaView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.set('file', file);
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(offlineError());
    request.onload = () => {
      const body = answerOf(request);
      if (request.status < 300) resolve(body as MediaView);
      else reject(errorOf(request.status, body));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.open('POST', '/api/media');
    request.send(form);
  });
}
