import type { PlanField, Source } from '#services/capacity/contract';

/** A field of the form. */
export interface PlanFieldSpec {
  readonly name: PlanField;
  readonly label: string;
  readonly unit?: string;
  /** The unit in the contract's own: 1e9 for a field in gigabytes. */
  readonly scale?: number;
}

/** Fields that belong together. */
export interface PlanGroup {
  readonly label: string;
  readonly fields: readonly PlanFieldSpec[];
}

/** The form, in order. */
export const planGroups: readonly PlanGroup[] = [
  {
    label: 'People and pins',
    fields: [
      { name: 'people', label: 'People now' },
      { name: 'pins', label: 'Pins now' },
      { name: 'growth', label: 'Growth', unit: '% a month' },
      { name: 'months', label: 'Look ahead', unit: 'months' },
    ],
  },
  {
    label: 'What they do',
    fields: [
      { name: 'writesPerPerson', label: 'Transactions', unit: 'a day each' },
      { name: 'readsPerPerson', label: 'Reads of 25 objects', unit: 'a day each' },
      { name: 'peak', label: 'Busiest second', unit: '× average' },
      { name: 'skew', label: 'Fullest shard', unit: '× average' },
    ],
  },
  {
    label: 'What they keep',
    fields: [
      { name: 'bytesPerPin', label: 'A pin in the store', unit: 'bytes' },
      { name: 'pictureBytesPerPin', label: "A pin's pictures", unit: 'kB', scale: 1e3 },
      { name: 'replicas', label: 'Replicas of a server' },
      { name: 'shards', label: 'Virtual shards' },
    ],
  },
  {
    label: 'What one server can do',
    fields: [
      { name: 'diskBytes', label: 'Disk', unit: 'GB', scale: 1e9 },
      { name: 'writesPerSecond', label: 'Transactions', unit: 'a second' },
      { name: 'readsPerSecond', label: 'Reads of 25 objects', unit: 'a second' },
      { name: 'fill', label: 'Fill to at most', unit: '%' },
    ],
  },
];

/** Where a figure comes from, in words. */
export const sourceWords: Readonly<Record<Source, string>> = {
  given: 'yours',
  live: 'counted',
  measured: 'measured here',
  shipped: 'default',
  recommended: 'recommended',
};

/** A figure of the contract as the form shows it. */
export function shownFigure({ scale = 1 }: PlanFieldSpec, figure: number): string {
  return String(Number((figure / scale).toPrecision(12)));
}

/** What stands in the form as a figure of the contract; empty for nothing, and as it is where it is no number. */
export function readFigure({ scale = 1 }: PlanFieldSpec, shown: string): string {
  const text = shown.trim();
  const figure = Number(text);
  return text === '' || !Number.isFinite(figure) ? text : String(Number((figure * scale).toPrecision(12)));
}

/** The server's refusal in the field's own words and unit. */
export function refusalText(spec: PlanFieldSpec, message: string): string {
  const { label, unit } = spec;
  const [, sign, limit] = new RegExp(`^${spec.name} must be (>=|<=) ([\\d.e+]+)$`).exec(message) ?? [];
  if (limit === undefined) return message.replace(spec.name, label);
  const bound = shownFigure(spec, Number(limit));
  return `${sign === '>=' ? 'at least' : 'at most'} ${bound}${unit === undefined ? '' : ` ${unit}`}`;
}
