/** Names of the archive's files. */

/** Consecutive events of one partition: from `first` to `last`. */
export interface OffsetRange {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
}

/** What a file holds: events logged in one hour, in this order: by partition, then by offset. */
export interface FileContent {
  readonly topic: string;
  /** Hours since the epoch. */
  readonly hour: number;
  /** At least one; none goes on where another ends. */
  readonly ranges: readonly OffsetRange[];
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

/** What the names of a topic's files of one hour begin with. */
export function hourPrefix({ topic, hour }: Pick<FileContent, 'topic' | 'hour'>): string {
  const [day = '', time = ''] = new Date(hour * hourMs).toISOString().split('T');
  return `${topicPrefix(topic)}dt=${day}/hr=${time.slice(0, 2)}/`;
}

/** Where in a file's name its ranges are told. */
function rangesText(ranges: readonly OffsetRange[]): string {
  const [one] = ranges;
  if (one && ranges.length === 1) return `${one.partition}-${padded(one.first)}-${padded(one.last)}`;
  return `merged-${ranges.map(({ partition, first, last }) => `${partition}_${first}_${last}`).join('-')}`;
}

/** The name of a file. */
export function nameOf(content: FileContent): string {
  return `${hourPrefix(content)}${content.topic}-${rangesText(content.ranges)}.parquet`;
}

const pattern =
  /^topic=(?<topic>[^/]+)\/dt=(?<day>\d{4}-\d\d-\d\d)\/hr=(?<hour>\d\d)\/(?<again>.+)-(?<ranges>\d+-\d{20}-\d{20}|merged(?:-\d+_\d+_\d+)+)\.parquet$/;

function rangesIn(text: string): OffsetRange[] {
  const all = text.startsWith('merged-') ? text.slice(7).split('-') : [text.replaceAll('-', '_')];
  return all.map((one) => {
    const [partition = 0, first = 0, last = 0] = one.split('_').map(Number);
    return { partition, first, last };
  });
}

/** What a file of that name holds; undefined when it is no name of a file of the archive. */
export function contentOf(name: string): FileContent | undefined {
  const found = pattern.exec(name)?.groups;
  if (!found || found['topic'] !== found['again']) return undefined;
  const content = {
    topic: found['topic'] ?? '',
    hour: hourOf(Date.parse(`${found['day']}T${found['hour']}:00:00Z`)),
    ranges: rangesIn(found['ranges'] ?? ''),
  };
  return Number.isFinite(content.hour) && nameOf(content) === name ? content : undefined;
}
