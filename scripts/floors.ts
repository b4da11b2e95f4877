/**
 * The house's rules on who may import whom (ARCHITECTURE.md): down only, contracts only.
 *
 * Every file stands in a place: a floor of `src/`, a layer of `web/`, or the test code that
 * may look anywhere. `objection` says what is wrong with one import, if anything.
 */
import { isContractSuite, isTestCode } from './source-files.ts';

/** Where a file stands. `name` is the engine's, service's or feature's folder. */
interface Place {
  readonly zone: Zone;
  readonly name: string;
}

type Zone =
  | 'kernel'
  | 'engines'
  | 'services'
  | 'apps'
  | 'web app'
  | 'web features'
  | 'web shared'
  | 'tests'
  | 'nowhere';

const places: readonly [RegExp, Zone][] = [
  [/^src\/kernel\//, 'kernel'],
  [/^src\/engines\/([^/]+)\//, 'engines'],
  [/^src\/services\/([^/]+)\//, 'services'],
  [/^src\/apps\//, 'apps'],
  [/^web\/features\/([^/]+)/, 'web features'],
  [/^web\/shared\//, 'web shared'],
  [/^web\//, 'web app'],
  [/^(?:test|bench|scripts)\//, 'tests'],
];

function placeOf(path: string): Place {
  for (const [pattern, zone] of places) {
    const match = pattern.exec(path);
    if (match) return { zone, name: match[1] ?? '' };
  }
  return { zone: 'nowhere', name: '' };
}

/** Floors from the ground up; a higher one may use a lower one. */
const height: Readonly<Partial<Record<Zone, number>>> = { kernel: 1, engines: 2, services: 3, apps: 4 };
const webHeight: Readonly<Partial<Record<Zone, number>>> = {
  'web shared': 1,
  'web features': 2,
  'web app': 3,
};

/** A port is its `port.ts`; that of the shards goes on in files of its own: how they are copied, mapped and moved. */
const portFiles = /^src\/engines\/(?:[^/]+\/port|shards\/(?:transfer|topology|topology-ranges|routing))\.ts$/;
const isPort = (path: string) => portFiles.test(path);
const isServiceContract = (path: string) => /^src\/services\/[^/]+\/contract\.ts$/.test(path);

function webObjection(from: Place, to: Place, target: string): string | undefined {
  if (to.zone === 'kernel' || isServiceContract(target)) return undefined;
  const [above, below] = [webHeight[from.zone] ?? 0, webHeight[to.zone] ?? 0];
  if (below === 0) return "web code may use only the kernel and services' contract.ts of src/";
  if (above < below)
    return `${from.zone} may not import from ${to.zone} (imports go app → features → shared)`;
  const isSideways = from.zone === 'web features' && to.zone === 'web features' && from.name !== to.name;
  return isSideways ? 'a feature may not import from another feature' : undefined;
}

/** Between two folders of one floor. */
function sideways(from: Place, target: string, isTest: boolean): string | undefined {
  if (from.zone === 'engines') {
    return isPort(target)
      ? undefined
      : "an engine may import only the kernel, its own folder and others' port.ts";
  }
  if (from.zone !== 'services' || isTest || isServiceContract(target)) return undefined;
  return 'of another service only its contract.ts may be imported';
}

function floorObjection(from: Place, to: Place, target: string, isTest: boolean): string | undefined {
  const [above, below] = [height[from.zone] ?? 0, height[to.zone] ?? 0];
  if (below === 0) return `src/ may not import from ${target.split('/')[0] ?? target}/`;
  if (above < below) return `${from.zone} may not import from ${to.zone} (imports go down only)`;
  if (above === below) return from.name === to.name ? undefined : sideways(from, target, isTest);
  const isAdapter = to.zone === 'engines' && !isPort(target);
  if (from.zone !== 'services' || isTest || !isAdapter) return undefined;
  return 'of an engine a service may import only its port.ts';
}

/** What is wrong with `from` importing `to` (both paths from the root), or undefined. */
export function objection(from: string, to: string): string | undefined {
  const [source, target] = [placeOf(from), placeOf(to)];
  const isTest = isTestCode(from);
  const isWeb = source.zone in webHeight;
  if (source.zone === 'nowhere') return 'the file stands on no floor';
  if (source.zone === 'tests' || (isWeb && isTest) || to === 'package.json' || to.startsWith('web/dist/'))
    return undefined;
  if (isTest && target.zone === 'tests') return undefined;
  if (isContractSuite(to) && !isTest) return "a port's contract suite is for tests only";
  return isWeb ? webObjection(source, target, to) : floorObjection(source, target, to, isTest);
}
