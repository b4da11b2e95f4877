/** The servers behind an engine, as this process sees them. */

/**
 * `unknown`: not asked yet. `gone`: does not answer. `read-only`: a primary that takes no writes. Of replicas, `behind` is
 * one that lags too much, `detached` one that does not reach its primary, `broken` one that applies nothing. Only those
 * that are `up` serve in ordinary times.
 */
export type ServerState = 'unknown' | 'up' | 'gone' | 'read-only' | 'behind' | 'detached' | 'broken';

/** One server. */
export interface ServerStatus {
  /** Host and port. */
  readonly address: string;
  readonly role: 'primary' | 'replica';
  readonly state: ServerState;
  /** Seconds that a replica is behind; null for others, and where nobody knows. */
  readonly lagSeconds: number | null;
  /** Up to which transaction it has applied, in its own words; empty where that is not known. */
  readonly position: string;
  /** What is wrong, in words; empty when nothing is. */
  readonly problem: string;
}
