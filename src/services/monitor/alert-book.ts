/**
 * From judgements to alerts, without flapping: a fault must last before it is one; it is over only when it has been well below
 * for a while; and what comes back within the cooldown is the same alert again, which is not sent again.
 */
import { randomUUID } from 'node:crypto';
import Type, { type Static, type TSchema } from 'typebox';
import { NotFoundError } from '#kernel/errors';
import { check } from '#kernel/schema';
import { type Alert, AlertSchema, type SignalName, SignalNameSchema } from './contract.ts';
import type { Judgement } from './judgement.ts';

/** How patient to be with a signal. */
export interface Patience {
  /** Deviations from which it is a fault, and below which it is none any more. */
  readonly raise: number;
  readonly clear: number;
  /** Seconds in a row that raise it. */
  readonly forSeconds: number;
  /** Seconds in a row that end it. */
  readonly calmSeconds: number;
  /** Seconds after the end in which it comes back as the same. */
  readonly cooldownSeconds: number;
}

/** What counts deviate by in a site's life without a fault is below 4. */
export const usualPatience: Patience = {
  raise: 4.5,
  clear: 2,
  forSeconds: 2,
  calmSeconds: 30,
  cooldownSeconds: 600,
};

/** Where a signal is. */
interface Standing {
  since: number;
  offSeconds: number;
  calmSeconds: number;
  alert: Alert | undefined;
  sentAt: number;
}

/** How many alerts are remembered. */
const most = 200;

const SilencedSchema = Type.Tuple([SignalNameSchema, Type.Number()]);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function fits<T extends TSchema>(schema: T, value: unknown): value is Static<T> {
  try {
    check(schema, value);
    return true;
  } catch {
    return false;
  }
}

/** What an alert says, from its signal. */
export type Wording = (signal: SignalName, value: number, expected: number) => string;

/** Holds the alerts. `send` gets each that is to be sent: when raised, and when it is over. */
export class AlertBook {
  readonly #wording: Wording;
  readonly #send: (alert: Alert) => void;
  readonly #standings = new Map<SignalName, Standing>();
  readonly #silences = new Map<SignalName, number>();
  #alerts: Alert[] = [];

  constructor(wording: Wording, send: (alert: Alert) => void) {
    this.#wording = wording;
    this.#send = send;
  }

  /** The latest first. */
  get alerts(): readonly Alert[] {
    return this.#alerts;
  }

  /** Takes the judgement of a second that began at `second`, made at `now`. */
  judged(
    signal: SignalName,
    judgement: Judgement,
    second: number,
    now: number,
    patience = usualPatience,
  ): void {
    const standing = this.#standing(signal);
    const { deviation, isGrave } = judgement;
    const isOff = deviation !== null && deviation >= patience.raise && isGrave;
    const isCalm = deviation === null || deviation < patience.clear || !isGrave;
    if (isOff && standing.offSeconds === 0) standing.since = second;
    standing.offSeconds = isOff ? standing.offSeconds + 1 : 0;
    standing.calmSeconds = isCalm ? standing.calmSeconds + 1 : 0;
    const isFiring = standing.alert?.state === 'firing';
    if (isFiring) this.#goOn(standing, judgement, now, patience);
    else if (standing.offSeconds >= patience.forSeconds)
      this.#raise(signal, standing, judgement, now, patience);
  }

  /** Whether it fires, is about to, or neither. */
  stateOf(signal: SignalName): 'calm' | 'pending' | 'firing' {
    const standing = this.#standings.get(signal);
    if (standing?.alert?.state === 'firing') return 'firing';
    return (standing?.offSeconds ?? 0) > 0 ? 'pending' : 'calm';
  }

  /** Since when the alert of a signal fires; undefined when it does not. */
  firingSince(signal: SignalName): number | undefined {
    const alert = this.#standings.get(signal)?.alert;
    return alert?.state === 'firing' ? alert.raisedAt : undefined;
  }

  /** Notes that the owner knows. */
  acknowledge(id: string, now: number): Alert {
    const known = this.#alerts.find((alert) => alert.id === id);
    if (!known) throw new NotFoundError(`alert: ${id}`);
    return this.#replace({ ...known, acknowledgedAt: known.acknowledgedAt ?? now });
  }

  /** Sends nothing of a signal until then. */
  silence(signal: SignalName, until: number): void {
    this.#silences.set(signal, until);
  }

  /** Until when nothing of a signal is sent; null when it is. */
  silencedUntil(signal: SignalName, now: number): number | null {
    const until = this.#silences.get(signal) ?? 0;
    return until > now ? until : null;
  }

  /** What to remember. */
  toJson(): {
    readonly alerts: readonly Alert[];
    readonly silences: readonly (readonly [SignalName, number])[];
  } {
    return { alerts: this.#alerts, silences: [...this.#silences] };
  }

  /** Takes what `toJson` gave, as far as it is that. What fired then fires until it is judged again. */
  restore(saved: unknown): void {
    const { alerts, silences } = (saved ?? {}) as Partial<Record<string, unknown>>;
    this.#alerts = listOf(alerts)
      .filter((alert) => fits(AlertSchema, alert))
      .slice(0, most);
    for (const silence of listOf(silences).filter((one) => fits(SilencedSchema, one)))
      this.#silences.set(...silence);
    for (const alert of this.#alerts.toReversed()) {
      const standing = this.#standing(alert.signal);
      standing.alert = alert;
      if (alert.sent) standing.sentAt = alert.raisedAt;
    }
  }

  #standing(signal: SignalName): Standing {
    const known = this.#standings.get(signal);
    if (known) return known;
    const made = {
      since: 0,
      offSeconds: 0,
      calmSeconds: 0,
      alert: undefined,
      sentAt: Number.NEGATIVE_INFINITY,
    };
    this.#standings.set(signal, made);
    return made;
  }

  #raise(
    signal: SignalName,
    standing: Standing,
    judgement: Judgement,
    now: number,
    patience: Patience,
  ): void {
    const { value, expected } = figuresOf(judgement);
    const { alert: last } = standing;
    const isBack = last !== undefined && now - (last.resolvedAt ?? now) < patience.cooldownSeconds * 1000;
    const title = this.#wording(signal, value, expected);
    const alert: Alert = isBack
      ? { ...last, state: 'firing', resolvedAt: null, returns: last.returns + 1, sent: false }
      : {
          ...{ id: randomUUID(), signal, state: 'firing', title, startedAt: standing.since, raisedAt: now },
          ...{ resolvedAt: null, value, expected, returns: 0, acknowledgedAt: null, sent: false },
        };
    standing.calmSeconds = 0;
    standing.alert = isBack ? this.#replace(alert) : this.#add(alert);
    this.#sendIfDue(standing, now, patience);
  }

  #goOn(standing: Standing, judgement: Judgement, now: number, patience: Patience): void {
    const alert = standing.alert;
    if (!alert) return;
    if (standing.calmSeconds >= patience.calmSeconds) {
      standing.alert = this.#replace({ ...alert, state: 'resolved', resolvedAt: now });
      if (alert.sent && this.silencedUntil(alert.signal, now) === null) this.#send(standing.alert);
      return;
    }
    const { value, expected } = figuresOf(judgement);
    const isWorse = Math.abs(value - expected) > Math.abs(alert.value - alert.expected);
    if (isWorse && standing.offSeconds > 0)
      standing.alert = this.#replace({
        ...alert,
        value,
        expected,
        title: this.#wording(alert.signal, value, expected),
      });
    this.#sendIfDue(standing, now, patience);
  }

  /** Sends what fires and was not sent, unless it is silenced or one of the signal was sent a moment ago. */
  #sendIfDue(standing: Standing, now: number, { cooldownSeconds }: Patience): void {
    const { alert } = standing;
    if (!alert || alert.sent || this.silencedUntil(alert.signal, now) !== null) return;
    if (now - standing.sentAt < cooldownSeconds * 1000) return;
    standing.sentAt = now;
    standing.alert = this.#replace({ ...alert, sent: true });
    this.#send(standing.alert);
  }

  #add(alert: Alert): Alert {
    this.#alerts = [alert, ...this.#alerts].slice(0, most);
    return alert;
  }

  #replace(alert: Alert): Alert {
    this.#alerts = this.#alerts.map((one) => (one.id === alert.id ? alert : one));
    const standing = this.#standings.get(alert.signal);
    if (standing?.alert?.id === alert.id) standing.alert = alert;
    return alert;
  }
}

function figuresOf({ value, expected }: Judgement): { readonly value: number; readonly expected: number } {
  return { value: value ?? 0, expected: expected ?? 0 };
}
