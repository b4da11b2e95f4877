import type { Api } from '../../shared/api/api.ts';
import { errorOf } from '../../shared/api/api-error.ts';
import type { RenderRequest } from './contract.ts';

/** The API as pages see it, over the server's in-process calls. It only reads. */
export function serverApi(call: RenderRequest['api']): Api {
  return {
    async get<T>(path: string): Promise<T> {
      const { status, body } = await call(path);
      if (status >= 200 && status < 300) return body as T;
      throw errorOf(status, body);
    },
    send: () => Promise.reject(new Error('rendering changes nothing')),
  };
}
