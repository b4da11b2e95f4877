/** Names of the archive's files. */

/** What a file holds: the events of a partition from `first` to `last`, logged in one hour. */
export interface FileRange {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  /** Hours since the epoch. */
  readonly hour: number;
}

/** Milliseconds. */
export const hourMs = 60 * 60 * 1000;
/** Milliseconds after an hour in which events may still be on their way to the log with a time of that hour. */
export const graceMs = 60_000;
/** The hour of a moment, in hours since the epoch. */
export const hourOf = (at: number): number => Math.floor(at / hourMs);

/** As many digits as the greatest offset has, and some: names sort as offsets do. */
const digits = 20;
const padded = (offset: number): string => String(offset).padStart(digits, '0');

/** What the names of all files of a topic begin with. */
export const topicPrefix = (topic: string): string => `topic=${topic}/`;

/** What the names of a partition's files of one hour begin with. */
export function hourPrefix({
  topic,
  partition,
  hour,
}: Pick<FileRange, 'topic' | 'partition' | 'hour'>): string {
  const [day = '', time = ''] = new Date(hour * hourMs).toISOString().split('T');
  return `${topicPrefix(topic)}dt=${day}/hr=${time.slice(0, 2)}/${topic}-${partition}-`;
}

/** The name of a file. */
export function nameOf(range: FileRange): string {
  return `${hourPrefix(range)}${padded(range.first)}-${padded(range.last)}.parquet`;
}

const pattern =
  /^topic=(?<topic>[^/]+)\/dt=(?<day>\d{4}-\d\d-\d\d)\/hr=(?<hour>\d\d)\/(?<again>.+)-(?<partition>\d+)-(?<first>\d{20})-(?<last>\d{20})\.parquet$/;

/** What a file of that name holds; undefined when it is no name of a file of the archive. */
export function rangeOf(name: string): FileRange | undefined {
  const found = pattern.exec(name)?.groups;
  if (!found || found['topic'] !== found['again']) return undefined;
  const range = {
    topic: found['topic'] ?? '',
    partition: Number(found['partition']),
    first: Number(found['first']),
    last: Number(found['last']),
    hour: hourOf(Date.parse(`${found['day']}T${found['hour']}:00:00Z`)),
  };
  return Number.isFinite(range.hour) && nameOf(range) === name ? range : undefined;
}
