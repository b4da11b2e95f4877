/** Whether a server may be written to. */
import { WriteRefusedError } from '../port.ts';
import type { Link } from './link.ts';

/** The server behind a new connection takes no writes, or is not the primary: another one may be by now. */
export class WriterRefusedError extends WriteRefusedError {}

/**
 * Rejects with `WriterRefusedError` when a server is read-only, which holds back some users only, or when it is not the
 * one that it should be.
 */
export async function requireWritable(link: Link, serverId: string | undefined): Promise<void> {
  const [answer] = await link.run(['select @@read_only, /*M! @@server_id */ /*!80000 @@server_uuid */']);
  const [isReadOnly, identity] = (answer?.rows[0] ?? []).map(String);
  if (isReadOnly !== '0') throw new WriterRefusedError('the database server is read-only');
  if (serverId !== undefined && identity !== serverId)
    throw new WriterRefusedError('the database server is not the primary of the map');
}
