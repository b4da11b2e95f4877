import type { PinView } from '#services/pins/contract';

/** A save that the server keeps although the pin's shard does not answer yet; until `job` is done its saver alone sees it. */
interface ProvisionalSave {
  readonly status: 'saved';
  readonly provisional: true;
  readonly job: string;
  readonly pin: PinView;
}

/** What a route that saves a pin answers. */
export type SaveAnswer = PinView | ProvisionalSave;

/** A new pin, and the job that ends its provisional time where there is one. */
export interface Saved {
  readonly pin: PinView;
  readonly job: string | undefined;
}

/** The pin of an answer. */
export function savedOf(answer: SaveAnswer): Saved {
  return 'provisional' in answer ? answer : { pin: answer, job: undefined };
}
