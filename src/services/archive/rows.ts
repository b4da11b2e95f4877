/**
 * Events as rows, and back. What many queries ask for has a column of its own; `body` is the rest of what happened, as JSON;
 * `envelope` is what else the event says, as JSON: with `body` it makes the event whole again. What the store tells the log
 * of an object beside its events, secrets among it, is in `envelope` only.
 */
import type { Column, Row } from '#engines/column-files/port';
import type { LoggedEvent } from '#engines/event-log/port';
import type { Json, JsonObject } from '#kernel/json';
import { actionsTopic } from '#services/actions/contract';
import { changesTopic } from '#services/events/contract';

const text = (name: string): Column => ({ name, type: 'text' });
const bigint = (name: string): Column => ({ name, type: 'bigint' });
const integer = (name: string): Column => ({ name, type: 'integer' });
const time = (name: string): Column => ({ name, type: 'time' });

/** The columns of every file of the archive. */
export const columns: readonly Column[] = [
  text('event_id'),
  text('type'),
  integer('version'),
  bigint('actor'),
  time('happened_at'),
  time('logged_at'),
  text('device'),
  text('surface'),
  bigint('pin_id'),
  bigint('board_id'),
  bigint('object_id'),
  integer('rank'),
  integer('shard'),
  bigint('sequence'),
  text('key'),
  integer('log_partition'),
  bigint('log_offset'),
  text('body'),
  text('envelope'),
];

/** The columns from which an event is made again. */
export const eventColumns: readonly Column[] = columns.filter(({ name }) =>
  ['key', 'log_offset', 'logged_at', 'body', 'envelope'].includes(name),
);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textIn = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
const idIn = (value: Json | undefined): string | null =>
  typeof value === 'string' && /^[1-9]\d{0,17}$/.test(value) ? value : null;
const integerIn = (value: Json | undefined): number | null =>
  Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31 ? Number(value) : null;
const bigIn = (value: Json | undefined): string | null =>
  Number.isSafeInteger(value) ? String(value) : null;
const timeIn = (value: Json | undefined): number | null =>
  Number.isInteger(value) && Math.abs(Number(value)) < 8.64e15 ? Number(value) : null;

const actionEnvelope = new Set(['id', 'type', 'v', 'at', 'receivedAt', 'actor', 'device', 'surface']);

/** Fields of an event, in two parts. */
function parted(value: JsonObject, isInFirst: (name: string) => boolean): [JsonObject, JsonObject] {
  const [first, second]: [JsonObject, JsonObject] = [{}, {}];
  for (const [name, field] of Object.entries(value)) (isInFirst(name) ? first : second)[name] = field;
  return [first, second];
}

type Columns = Record<string, string | number | null>;

function changeColumns(value: JsonObject): Columns {
  const { id, type, shard, sequence } = value;
  const body = isObject(value['body']) ? value['body'] : {};
  const kind = String(type).split('.')[0];
  return {
    event_id: `${String(shard)}:${String(sequence)}`,
    object_id: idIn(id),
    pin_id: kind === 'pin' ? idIn(id) : null,
    board_id: kind === 'board' ? idIn(id) : idIn(body['boardId']),
    shard: integerIn(shard),
    sequence: bigIn(sequence),
  };
}

function actionColumns(value: JsonObject): Columns {
  return {
    event_id: textIn(value['id']),
    object_id: idIn(value['targetId'] ?? value['savedId'] ?? value['mediaId']),
    pin_id: idIn(value['pinId']),
    board_id: idIn(value['boardId']),
    device: textIn(value['device']),
    surface: textIn(value['surface']),
    rank: integerIn(value['rank']),
  };
}

/** How the events of a topic are told: its own columns, what its `body` is, and how that and `envelope` make it whole. */
interface Shape {
  columns(value: JsonObject): Columns;
  /** Body, and envelope. */
  split(value: JsonObject): [Json | undefined, JsonObject];
  join(body: Json | undefined, envelope: JsonObject): JsonObject;
}

const shapes: Readonly<Record<string, Shape>> = {
  [changesTopic]: {
    columns: changeColumns,
    split({ body, ...envelope }) {
      return [body, envelope];
    },
    join: (body, envelope) => (body === undefined ? envelope : { ...envelope, body }),
  },
  [actionsTopic]: {
    columns: actionColumns,
    split: (value) => parted(value, (name) => !actionEnvelope.has(name)),
    join: (body, envelope) => ({ ...envelope, ...(body as JsonObject) }),
  },
};

const plainShape: Shape = {
  columns: () => ({}),
  split: (value) => [undefined, value],
  join: (_body, envelope) => envelope,
};

const noColumns: Columns = Object.fromEntries(columns.map(({ name }) => [name, null]));

/** An event as a row. The same event always makes the same row. */
export function rowOf({ topic, partition, offset, at, key, value }: LoggedEvent): Row {
  const row = { ...noColumns };
  row['logged_at'] = at;
  row['key'] = key;
  row['log_partition'] = partition;
  row['log_offset'] = String(offset);
  if (!isObject(value)) {
    row['envelope'] = JSON.stringify(value);
    return row;
  }
  const shape = shapes[topic] ?? plainShape;
  const [body, envelope] = shape.split(value);
  row['type'] = textIn(value['type']);
  row['version'] = integerIn(value['v']);
  row['actor'] = idIn(value['actor']);
  row['happened_at'] = timeIn(value['at']);
  row['body'] = body === undefined ? null : JSON.stringify(body);
  row['envelope'] = JSON.stringify(envelope);
  return Object.assign(row, shape.columns(value));
}

/** The event that a row was made of; the order of its value's fields may differ. */
export function eventOf(topic: string, partition: number, row: Row): LoggedEvent {
  const { body } = row;
  const envelope = JSON.parse(String(row['envelope'])) as Json;
  const told = body === null || body === undefined ? undefined : (JSON.parse(String(body)) as Json);
  const value = isObject(envelope) ? (shapes[topic] ?? plainShape).join(told, envelope) : envelope;
  return {
    ...{ topic, partition, value },
    offset: Number(row['log_offset']),
    at: Number(row['logged_at']),
    key: String(row['key']),
  };
}
