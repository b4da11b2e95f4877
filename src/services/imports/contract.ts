/** Imports: whole collections at once. */
import type { Person } from '#kernel/actor';

/** What to import, and how to arrange it. */
export interface ImportRequest {
  /** A folder on the machine that runs the import. */
  readonly folder: string;
  /** One board for each category of `metadata.jsonl`, or for each folder. */
  readonly boardBy: 'category' | 'folder';
}

/** How far an import is. */
export interface ImportProgress {
  readonly done: number;
  readonly total: number;
  readonly imported: number;
  readonly skipped: number;
  readonly failed: number;
}

/** What an import did. `failures` holds the first hundred, with the reason in words. */
export interface ImportReport {
  readonly imported: number;
  /** Pictures that the person had pinned before. */
  readonly skipped: number;
  readonly failed: number;
  readonly failures: { readonly file: string; readonly reason: string }[];
}

/** The imports service. */
export interface Imports {
  /**
   * Imports every picture below a folder, in order of path, with words and credit from its `metadata.jsonl` where there is one.
   * By category, boards are made as its `boards.jsonl` says where there is one, and nothing of a secret one is put on a public one.
   * A picture that the person has pinned before is skipped, so an interrupted import is resumed by running it again.
   * Every imported pin is durable before it is counted. Pictures for which a shard does not answer are tried again at the end,
   * for half a minute. Throws `InvalidInputError` for a folder that cannot be read.
   */
  importFolder(
    person: Person,
    request: ImportRequest,
    options?: { onProgress?: (progress: ImportProgress) => void; signal?: AbortSignal },
  ): Promise<ImportReport>;
}
