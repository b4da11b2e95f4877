/** The tallies port: how often what happened to subjects, by day, each event counted once however often it comes. */

/** Something that happened once. */
export interface TallyEvent {
  /** Unique among all events: one that comes again, within nine days of the newest one, counts no more. */
  readonly id: string;
  /** Milliseconds since the epoch; decides the day, in UTC. */
  readonly at: number;
  readonly subject: string;
  /** What the subject belonged to then; an empty text for nothing. */
  readonly group: string;
  /** What happened. */
  readonly kind: string;
}

/** Days since the epoch, both inclusive. */
export interface DaySpan {
  readonly from: number;
  readonly through: number;
}

/** How often each kind of thing happened on a day; kinds that did not happen are absent. */
export interface DayTally {
  /** Days since the epoch, in UTC. */
  readonly day: number;
  readonly kinds: ReadonlyMap<string, number>;
}

/** How often each kind of thing happened to a subject. */
export interface SubjectTally {
  readonly subject: string;
  readonly kinds: ReadonlyMap<string, number>;
}

/** The port. */
export interface Tallies {
  /** Counts events, each once, atomically; durable when it resolves. Answers how many were new. */
  add(events: readonly TallyEvent[]): Promise<number>;
  /** The days on which something happened to a subject, ascending. */
  ofSubject(subject: string, span: DaySpan): Promise<DayTally[]>;
  /** The same for all subjects of groups together. */
  ofGroups(groups: readonly string[], span: DaySpan): Promise<DayTally[]>;
  /** The subjects of groups to which a kind of thing happened most often, the first first; of those equal, by name. */
  top(groups: readonly string[], kind: string, span: DaySpan, limit: number): Promise<SubjectTally[]>;
  /** Forgets all counts and all events. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The day of a moment, in UTC. */
export const dayOf = (at: number): number => Math.floor(at / dayMs);
