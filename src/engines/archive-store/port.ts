/**
 * The archive store port: files of the archive by name, in a folder or in an object store.
 *
 * A name is slash-separated; its parts are ASCII letters, digits and `._=-`, and begin with a letter or a digit. What is
 * under a name is whole at any moment, whoever dies.
 */
import { InvalidInputError } from '#kernel/errors';

/** What is known of a file without reading it. */
export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
}

/** A stored file on the local disk, until it is released. */
export interface LocalCopy extends AsyncDisposable {
  readonly path: string;
}

/** The port. Throws `UnavailableError` where the store cannot be reached. */
export interface ArchiveStore {
  /** Where the files are, for people. */
  readonly place: string;
  /** Takes a local file in, which is gone afterwards; replaces what was there, atomically. Durable when it resolves. */
  put(name: string, path: string): Promise<void>;
  /** Files whose names begin with `prefix`, by name. */
  list(prefix: string): AsyncIterable<StoredFile>;
  /** A file on the local disk. Throws `NotFoundError`. */
  local(name: string): Promise<LocalCopy>;
  /** Removes a file; nothing happens where there is none. */
  remove(name: string): Promise<void>;
  /** A local folder that holds all files under their names as they are now; the first time of a remote store fetches all. */
  mirror(): Promise<string>;
  close(): Promise<void>;
}

/** Throws `InvalidInputError` for what cannot be a name. */
export function requireName(name: string): void {
  if (name.length <= 500 && /^[A-Za-z0-9][A-Za-z0-9._=-]*(\/[A-Za-z0-9][A-Za-z0-9._=-]*)*$/.test(name))
    return;
  throw new InvalidInputError('name', 'must be of letters, digits and ._=- between slashes');
}
