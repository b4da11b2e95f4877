import type { Pins } from './contract.ts';
import { type PinsDeps, StoredPins } from './pins.ts';

export { createCountersConsumer } from './counters-consumer.ts';
export { createMending } from './mending.ts';
export { mirrorsOfPin } from './pin-objects.ts';
export { saveJob } from './provisional-saves.ts';

/** Makes the pins service. Register `handlers()` with the jobs. */
export function createPins(deps: PinsDeps): Pins {
  return new StoredPins(deps);
}
