/** The actions service: from the server's own hand and from browsers, into one queue for the log. */
import { randomUUID } from 'node:crypto';
import { UnavailableError } from '#kernel/errors';
import {
  type Actions,
  type BatchOutcome,
  type BrowserBatch,
  type NewAction,
  readAction,
  type Sender,
} from './contract.ts';
import { Intake, type IntakeDeps } from './intake.ts';
import { Recorder, type RecorderDeps } from './recorder.ts';

/** What the service needs. */
export type ActionsDeps = IntakeDeps & RecorderDeps;

/** Runs in the process that appends to the log. */
export class LoggedActions implements Actions {
  readonly #deps: ActionsDeps;
  readonly #intake: Intake;
  readonly #recorder: Recorder;

  constructor(deps: ActionsDeps) {
    this.#deps = deps;
    this.#intake = new Intake(deps);
    this.#recorder = new Recorder(deps);
  }

  record(action: NewAction): void {
    const now = this.#deps.clock.now();
    try {
      const whole = readAction({ ...action, id: randomUUID(), at: now, receivedAt: now });
      if (!this.#recorder.push([whole])) this.#recorder.drop('full', 1);
    } catch (error) {
      this.#deps.logger.error({ err: error, type: action.type }, 'an action does not fit its schema');
      this.#recorder.drop('invalid', 1);
    }
  }

  async recordBatch(sender: Sender, batch: BrowserBatch): Promise<BatchOutcome> {
    const actions = await this.#intake.take(sender, batch);
    if (actions.length === 0) return { recorded: 0 };
    await new Promise<void>((resolve, reject) => {
      const settle = (fault?: unknown): void => (fault === undefined ? resolve() : reject(fault));
      if (this.#recorder.push(actions, settle)) return;
      this.#recorder.drop('full', actions.length);
      reject(new UnavailableError('too many actions wait to be recorded; send them again later'));
    });
    this.#intake.recorded(actions);
    return { recorded: actions.length };
  }

  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  close(): Promise<void> {
    return this.#recorder.close();
  }
}
