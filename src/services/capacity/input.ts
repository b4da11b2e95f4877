/** Fills in what a request leaves out. */
import { InvalidInputError } from '#kernel/errors';
import {
  type Live,
  type PlanField,
  type PlanInput,
  PlanInputSchema,
  type PlanRequest,
  type Rates,
  type Source,
} from './contract.ts';
import { recommendShards } from './recommend.ts';

/** What else is known. */
export interface Known {
  readonly live: Live;
  /** Measured on this machine; undefined when nothing was. */
  readonly measured: Rates | undefined;
  readonly shipped: Rates;
}

/** An input, and where each figure of it comes from. */
export interface Sourced {
  readonly input: PlanInput;
  readonly sources: Record<PlanField, Source>;
}

/** Of fewer pins the shards' own overhead would be most of the bytes. */
const tellingPins = 10_000;
/** The pins of fewer people are their habits, not those of many. */
const tellingPeople = 100;
const pinsPerPerson = 100;

/**
 * `pictureBytesPerPin` was measured by importing 802 photos of 64 kB and 1,024 pixels on average; larger originals add
 * their own size. The other figures are a frugal beginning, to be replaced by one's own.
 */
const shippedInput = {
  people: 10_000,
  growth: 5,
  months: 24,
  pictureBytesPerPin: 202_000,
  writesPerPerson: 25,
  readsPerPerson: 200,
  peak: 4,
  skew: 1.2,
  diskBytes: 1e12,
  fill: 70,
  replicas: 1,
};

type Given = { [K in PlanField]?: number | undefined };

function liveInput({ skew: { people, pins, bytes } }: Live): Given {
  if (people.total === 0) return {};
  return {
    people: people.total,
    pins: pins.total,
    ...(pins.total >= tellingPins && { bytesPerPin: Math.round(bytes.total / pins.total) }),
  };
}

function ratesInput({ writesPerSecond, readsPerSecond, bytesPerPin }: Rates): Given {
  const rounded = { writesPerSecond, readsPerSecond, bytesPerPin };
  return Object.fromEntries(Object.entries(rounded).map(([field, rate]) => [field, Math.round(rate)]));
}

function givenInput({ pinsPerPerson: each, ...request }: PlanRequest, people: number): Given {
  if (each === undefined) return request;
  if (request.pins !== undefined) {
    throw new InvalidInputError('pins', 'must be left out where pinsPerPerson is given');
  }
  return { ...request, pins: Math.round(people * each) };
}

/**
 * Pins that are neither given nor counted follow from the people: as many each as the live system's people have, 100
 * where these are few.
 */
function pinsFor(people: number, live: Given): number {
  const { pins = 0, people: counted = 0 } = live;
  return Math.round(people * (counted >= tellingPeople ? pins / counted : pinsPerPerson));
}

/** What is counted; not the pins where other people are asked for. */
function livePins({ people }: PlanRequest, { pins, ...counted }: Given): Given {
  if (people === undefined) return { ...counted, ...(pins !== undefined && { pins }) };
  const isTelling = (counted.people ?? 0) >= tellingPeople;
  return isTelling ? { ...counted, pins: pinsFor(people, { ...counted, pins }) } : counted;
}

/** Everything that a plan needs: what is given, else live, else measured, else shipped. */
export function completeInput(request: PlanRequest, { live, measured, shipped }: Known): Sourced {
  const counted = liveInput(live);
  const people = request.people ?? counted.people ?? shippedInput.people;
  const layers: readonly [Source, Given][] = [
    ['shipped', { ...shippedInput, pins: pinsFor(people, counted), ...ratesInput(shipped) }],
    ['measured', measured ? ratesInput(measured) : {}],
    ['live', livePins(request, counted)],
    ['given', givenInput(request, people)],
  ];
  const input: Given = {};
  const sources: Partial<Record<PlanField, Source>> = {};
  for (const [source, layer] of layers) {
    for (const [field, value] of Object.entries(layer) as [PlanField, number | undefined][]) {
      if (value === undefined) continue;
      input[field] = value;
      sources[field] = source;
    }
  }
  return withShards({ input: inOrder<number>(input), sources: inOrder<Source>(sources) }, live.count);
}

/** The same in the order of the contract, whole by then but for the shards. */
function inOrder<T>(values: { [K in PlanField]?: T | undefined }): Record<PlanField, T> {
  const fields = Object.keys(PlanInputSchema.properties) as PlanField[];
  return Object.fromEntries(fields.map((field) => [field, values[field]])) as Record<PlanField, T>;
}

/** As many shards as there are, or more where more are wanted: shards can be added. */
function withShards({ input, sources }: Sourced, count: number): Sourced {
  if (sources.shards === 'given') return { input, sources };
  const recommended = recommendShards(input);
  const isEnough = recommended <= count;
  return {
    input: { ...input, shards: isEnough ? count : recommended },
    sources: { ...sources, shards: isEnough ? 'live' : 'recommended' },
  };
}
