/** Engines of shards by their addresses. */
import type { BackendSpec } from '#engines/shards/topology';
import { InvalidInputError } from '#kernel/errors';

/** An engine as one address: `mysql://` or `tidb://user:password@host:port`, `sqlite:FOLDER`. `field` names it in errors. */
export function backendAt(field: string, address: string): BackendSpec {
  const [, kind, rest = ''] = /^(mysql|tidb|sqlite):(.+)$/.exec(address) ?? [];
  if (kind === 'sqlite') return { kind, folder: rest };
  if (kind !== undefined && URL.canParse(`mysql:${rest}`) && new URL(`mysql:${rest}`).host !== '') {
    const url = `mysql:${rest}`;
    return kind === 'tidb' ? { kind, url } : { kind: 'mysql', primary: url, replicas: [] };
  }
  throw new InvalidInputError(
    field,
    'must be mysql://user:password@host:port, tidb://user:password@host:port or sqlite:FOLDER',
  );
}
