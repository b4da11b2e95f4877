/** Finds the Node that runs Pinakes: the one that package.json pins for this platform. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest Node that runs the sources as they are: type stripping, node:sqlite, import.meta.main. */
const oldest = [24, 15];

/** Whether a version such as `24.21.0` is at least the oldest that will do. */
export function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function pinned(root) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', file);
}

/** The path of a Node that is recent enough; throws with what to do when there is none. */
export function findRuntime(root) {
  const path = pinned(root);
  if (existsSync(path)) return path;
  if (isRecentEnough(process.versions.node)) return process.execPath;
  const here = `${process.platform} ${process.arch}`;
  throw new Error(
    `there is no packaged Node for ${here}, and this one is ${process.versions.node}; ` +
      `install Node ${oldest.join('.')} or newer and run the command again`,
  );
}
