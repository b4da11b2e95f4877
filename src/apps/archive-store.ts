/** What the process that works on the archive is told, and the store that both it and its parent open. */
import type { ArchivePlace } from '#apps/config/archive';
import { openFolderArchive } from '#engines/archive-store/folder';
import type { ArchiveStore } from '#engines/archive-store/port';
import type { Durability } from '#kernel/sqlite';
import type { ArchiveOutcome, ArchiveTask } from '#services/archive/index';

/** Where something is archived. */
export type ArchiveTarget = Exclude<ArchivePlace, { kind: 'off' }>;

/** One task with all that it stands on. */
export interface ArchiveOrder {
  readonly log: { readonly folder: string; readonly durability: Durability };
  readonly place: ArchiveTarget;
  /** Where files of a remote store are kept. */
  readonly cache: string;
  /** A folder for this task alone. */
  readonly work: string;
  readonly task: ArchiveTask;
}

/** What the process tells its parent: any number of steps, then one of the others. */
export type ArchiveMessage =
  | { readonly kind: 'progress'; readonly label: string; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly outcome: ArchiveOutcome }
  | { readonly kind: 'failed'; readonly message: string };

/** Opens the store at a place; what is fetched from a remote one is kept in `cache`. */
export async function openArchiveStore(place: ArchiveTarget, cache: string): Promise<ArchiveStore> {
  if (place.kind === 'folder') return openFolderArchive(place.folder);
  const { openS3Archive } = await import('#engines/archive-store/s3');
  return openS3Archive({ ...place, cache });
}
