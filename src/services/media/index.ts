/** The media service: pictures by content, their derivatives, and who may fetch them. */
import type { Media } from './contract.ts';
import { type MediaDeps, MediaService } from './media.ts';

export { Poster } from './fetch/poster.ts';
export { blobsOfMedia } from './keys.ts';
export type { MediaDeps } from './media.ts';
export { createProcessingConsumer } from './processing-consumer.ts';
export { claimsOfMedia } from './records.ts';

/** Makes the service. Register `handlers()` with the jobs service before that starts; closes nothing that it is given. */
export function createMedia(deps: MediaDeps): Media {
  return new MediaService(deps);
}
