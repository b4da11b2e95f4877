/** Where the event log is archived, as people write it. */
import path from 'node:path';
import { InvalidInputError } from '#kernel/errors';

/** A bucket of an S3 endpoint; names begin with `prefix`, which is empty or ends with a slash. */
export interface ArchiveBucket {
  readonly kind: 's3';
  readonly bucket: string;
  readonly prefix: string;
  /** Null: Amazon's own, by the region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Null: as the SDK finds them (environment, role). */
  readonly keys: { readonly id: string; readonly secret: string } | null;
}

/** Where the archive is. */
export type ArchivePlace =
  | { readonly kind: 'off' }
  | { readonly kind: 'folder'; readonly folder: string }
  | ArchiveBucket;

/** The settings that say so. */
export interface ArchiveSettings {
  readonly archive?: string;
  readonly archiveEndpoint?: string;
  readonly archiveRegion?: string;
  readonly archiveKey?: string;
  readonly archiveSecret?: string;
}

function bucketOf(address: string, settings: ArchiveSettings): ArchiveBucket {
  const [, bucket, rest = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(address) ?? [];
  if (bucket === undefined)
    throw new InvalidInputError('PINAKES_ARCHIVE', 'must be a folder, s3://bucket/prefix or off');
  const {
    archiveEndpoint = null,
    archiveRegion = 'us-east-1',
    archiveKey: id,
    archiveSecret: secret,
  } = settings;
  if ((id === undefined) !== (secret === undefined))
    throw new InvalidInputError(
      'PINAKES_ARCHIVE_KEY',
      'needs PINAKES_ARCHIVE_SECRET, and the other way round',
    );
  const trimmed = rest.replace(/^\/+|\/+$/g, '');
  return {
    kind: 's3',
    bucket,
    prefix: trimmed === '' ? '' : `${trimmed}/`,
    endpoint: archiveEndpoint,
    region: archiveRegion,
    keys: id === undefined || secret === undefined ? null : { id, secret },
  };
}

/** The place that settings mean; `archive` in the data folder unless said. Throws `InvalidInputError` naming the variable. */
export function archivePlace(settings: ArchiveSettings, data: string): ArchivePlace {
  const { archive } = settings;
  if (archive === 'off') return { kind: 'off' };
  if (archive?.startsWith('s3:')) return bucketOf(archive, settings);
  return {
    kind: 'folder',
    folder: archive === undefined ? path.join(data, 'archive') : path.resolve(archive),
  };
}
