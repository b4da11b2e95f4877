/** The actions service: what people do, as events. */
import { type ActionsDeps, LoggedActions } from './actions.ts';
import type { Actions } from './contract.ts';

/** Makes the service; `close` before closing the log. */
export function createActions(deps: ActionsDeps): Actions {
  return new LoggedActions(deps);
}
