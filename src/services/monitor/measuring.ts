/** From requests and actions to counts by event time, and to latencies. */
import type { Action, ActionType } from '#services/actions/contract';
import { type Measure, measures, type Observation } from './contract.ts';
import { LatencyRing } from './latency-ring.ts';
import { EventTimeWindows } from './windows.ts';

/** What each type of action counts as. */
const ofAction: Readonly<Partial<Record<ActionType, Measure>>> = {
  sign_in_ok: 'signIns',
  sign_in_failed: 'signInFailures',
  impression: 'impressions',
  closeup: 'closeups',
  click: 'clicks',
  save: 'saves',
  search: 'searches',
  upload: 'uploads',
};

const feedRoutes = new Set(['GET /api/feed/home', 'GET /api/feed/following']);
/** Asked for by machines, again and again. */
const unmeasured = new Set(['GET /metrics', 'GET /healthz']);

const index = new Map(measures.map((measure, i) => [measure, i]));
const indexOf = (measure: Measure): number => index.get(measure) ?? 0;
const [requests, errors, feedLoads] = [indexOf('requests'), indexOf('errors'), indexOf('feedLoads')];
/** What a browser tells later than this, by its own clock, is not counted. */
const lateMs = 60_000;

/** Windows of a second and of ten, with the latencies of the last seconds. About 300 kB. */
export class Measuring {
  readonly seconds: EventTimeWindows;
  readonly tens: EventTimeWindows;
  readonly latencies = new LatencyRing();
  /** Actions that came too late to be counted. */
  late = 0;

  constructor(start: number) {
    const common = { measures: measures.length, lateMs, start };
    this.seconds = new EventTimeWindows({ widthMs: 1000, keep: 300, ...common });
    this.tens = new EventTimeWindows({ widthMs: 10_000, keep: 360, ...common });
  }

  /** Counts a request that was answered at `at`. */
  request(at: number, { route, status, ms }: Observation): void {
    if (unmeasured.has(route)) return;
    this.#add(at, requests);
    if (status >= 500) this.#add(at, errors);
    else if (status < 300 && feedRoutes.has(route)) this.#add(at, feedLoads);
    this.latencies.add(at, ms);
  }

  /** Counts an action when it happened. */
  action({ type, at }: Pick<Action, 'type' | 'at'>): void {
    const measure = ofAction[type];
    if (measure !== undefined && this.#add(at, indexOf(measure)) === 'late') this.late += 1;
  }

  /** Goes on at `at` after time that was not observed. */
  skipTo(at: number): void {
    this.seconds.skipTo(at);
    this.tens.skipTo(at);
    this.latencies.clear();
  }

  #add(at: number, measure: number) {
    this.tens.add(at, measure);
    return this.seconds.add(at, measure);
  }
}
