/** The tables that can be asked: the archive's files without their envelope. */
import type { WarehouseTable, WarehouseType } from '#engines/warehouse/port';
import { actionsTopic } from '#services/actions/contract';
import type { ArchiveMirror } from '#services/archive/contract';
import { changesTopic } from '#services/events/contract';
import type { QueryTable } from './contract.ts';

type Columns = readonly (readonly [name: string, type: WarehouseType])[];

const first: Columns = [
  ['event_id', 'text'],
  ['type', 'text'],
  ['version', 'integer'],
  ['actor', 'bigint'],
  ['happened_at', 'time'],
];
const last: Columns = [
  ['body', 'text'],
  ['logged_at', 'time'],
  ['key', 'text'],
  ['log_partition', 'integer'],
  ['log_offset', 'bigint'],
  ['dt', 'date'],
  ['hr', 'integer'],
];

const specs: readonly { readonly topic: string; readonly about: string; readonly own: Columns }[] = [
  {
    topic: actionsTopic,
    about: 'What people did: one row each time a pin was seen, opened, saved and so on',
    own: [
      ['device', 'text'],
      ['surface', 'text'],
      ['pin_id', 'bigint'],
      ['board_id', 'bigint'],
      ['object_id', 'bigint'],
      ['rank', 'integer'],
    ],
  },
  {
    topic: changesTopic,
    about: 'What changed: pins, boards, people and follows, as they are after each change (body)',
    own: [
      ['object_id', 'bigint'],
      ['pin_id', 'bigint'],
      ['board_id', 'bigint'],
      ['shard', 'integer'],
      ['sequence', 'bigint'],
    ],
  },
];

const columnsOf = (own: Columns) => [...first, ...own, ...last].map(([name, type]) => ({ name, type }));

/** The tables as people see them. */
export const queryTables: readonly QueryTable[] = specs.map(({ topic, about, own }) => ({
  ...{ name: topic, about },
  columns: columnsOf(own),
}));

/** The tables over the archive's files. */
export function tablesIn({ folder, names }: ArchiveMirror): WarehouseTable[] {
  return specs.map(({ topic, own }) => ({
    files: names.filter((name) => name.startsWith(`topic=${topic}/`)),
    ...{ name: topic, folder, pattern: `topic=${topic}/dt=*/hr=*/*.parquet` },
    columns: columnsOf(own),
  }));
}
