import type { BackendSpec } from '#engines/shards/topology';
import type { Json } from '#kernel/json';
import type { MigrationStatus, Span } from '#services/migrations/contract';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { reportText, statusText } from './migrate-text.ts';

type Input = Parameters<Command>[0];

const asJson = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;

function answer(status: MigrationStatus): CommandResult {
  return { json: asJson(status), text: statusText(status), exitCode: 0 };
}

const nameIn = (input: Input): string | undefined =>
  typeof input['name'] === 'string' ? input['name'] : undefined;

function tell({ report }: CommandContext, status: MigrationStatus, told: Set<string>): void {
  const { phase, shards, rows, total, moved } = status;
  const clean = shards.filter((shard) => shard.clean).length;
  const wanted = Math.ceil((shards.length * status.percent) / 100);
  if (phase === 'dual-write') report.progress('Copying', rows, total);
  if (phase === 'validate') report.progress('Comparing shards', clean, shards.length);
  if (phase === 'cutover') report.progress('Moving shards', Math.min(moved, wanted), wanted);
  if (phase === 'rolling-back') report.progress('Taking back shards', shards.length - moved, shards.length);
  if (status.error === null || told.has(status.error)) return;
  told.add(status.error);
  report.note(`cannot go on now: ${status.error}`);
}

/** Follows a migration until nothing is left to do, unless it was told not to. */
async function followed(
  input: Input,
  context: CommandContext,
  begun: MigrationStatus,
): Promise<MigrationStatus> {
  if (input['detach'] === true) return begun;
  const told = new Set<string>();
  return context.app.services.migrations.settled(begun.name, {
    signal: context.signal,
    onProgress: (status) => tell(context, status, told),
  });
}

/** `pinakes migrate start`. */
export const migrateStart: Command = async (input, context) => {
  const begun = await context.app.services.migrations.start({
    to: input['to'] as unknown as string | BackendSpec,
    shards: input['shards'] as unknown as Span[] | undefined,
    name: nameIn(input),
    auto: input['auto'] === true,
  });
  return answer(await followed(input, context, begun));
};

/** `pinakes migrate status`. */
export const migrateStatus: Command = async (input, { app }) =>
  answer(await app.services.migrations.status(nameIn(input)));

/** `pinakes migrate advance`. */
export const migrateAdvance: Command = async (input, context) => {
  const percent = typeof input['percent'] === 'number' ? input['percent'] : undefined;
  const begun = await context.app.services.migrations.advance(nameIn(input), { percent });
  return answer(await followed(input, context, begun));
};

/** `pinakes migrate rollback`. */
export const migrateRollback: Command = async (input, context) =>
  answer(await followed(input, context, await context.app.services.migrations.rollback(nameIn(input))));

/** `pinakes migrate finish`. */
export const migrateFinish: Command = async (input, context) => {
  const drop = input['drop'] === true;
  const begun = await context.app.services.migrations.finish(nameIn(input), { drop });
  return answer(await followed(input, context, begun));
};

/** `pinakes migrate report`. */
export const migrateReport: Command = async (input, { app }) => {
  const report = await app.services.migrations.report(nameIn(input));
  return { json: asJson(report), text: reportText(report), exitCode: 0 };
};

/** `pinakes shards move`: all phases, to the end. */
export const shardsMove: Command = async (input, context) => {
  const { json } = await migrateStart({ ...input, auto: true }, context);
  const { name } = json as { name: string };
  return migrateFinish({ ...input, name }, context);
};
