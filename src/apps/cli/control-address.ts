/** Where the process that holds a data folder listens for the command line. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where the socket of a data folder is: inside it, or in the temporary folder when the path is too long for a socket. */
export function controlAddress(dataFolder: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\pinakes-${hashOf(dataFolder)}`;
  const inside = path.join(dataFolder, 'run', 'control.sock');
  return inside.length < 100 ? inside : path.join(tmpdir(), `pinakes-${hashOf(dataFolder)}.sock`);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
