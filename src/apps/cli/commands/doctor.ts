import type { App } from '#apps/compose';
import type { Command, CommandContext } from '../command.ts';
import { countStored } from './doctor-count.ts';

/** One thing that was looked at. `problems` is empty when it is sound. */
interface Finding {
  readonly check: string;
  readonly problems: string[];
}

const mostFailedJobs = 1000;

function expectEqual(what: string, found: number, expected: number): string[] {
  return found === expected
    ? []
    : [`${what}: ${found} found, ${expected} expected (mend with \`pinakes rebuild\`)`];
}

async function consumers(app: App): Promise<Finding> {
  const lags = await app.services.events.lags();
  const problems = lags.flatMap(({ name, lag, error }) =>
    error !== null ? [`${name}: ${error}`] : lag > 0 ? [`${name} is ${lag} events behind`] : [],
  );
  return { check: 'consumers have applied every event', problems };
}

async function jobs(app: App): Promise<Finding> {
  const failed = await app.services.jobs.list('failed', mostFailedJobs);
  // One that gave up with tries left was given something impossible, such as a broken picture: its sender was told.
  const worn = failed.filter(({ attemptsLeft }) => attemptsLeft === 0);
  return {
    check: 'no job has failed for good',
    problems: worn.map(({ name, id, error }) => `${name} ${id}: ${error ?? 'no reason known'}`),
  };
}

async function agreement({ app, report }: CommandContext): Promise<Finding[]> {
  const stored = await countStored(app, (done, total) => report.progress('Checking pictures', done, total));
  const vision = await app.services.vision.status();
  const documents = await app.engines.textIndex.size();
  return [
    { check: 'every picture has its original, derivatives and features', problems: stored.problems },
    {
      check: 'the text index agrees with the store',
      problems: expectEqual('documents', documents, stored.documents),
    },
    {
      check: 'the vector index agrees with the store',
      problems: expectEqual('pictures', vision.indexed, stored.searchable),
    },
    { check: 'counters agree with the store', problems: stored.counterProblems },
  ];
}

/** `pinakes doctor`: checks that everything is sound and agrees; exit code 1 when something is not. */
export const doctor: Command = async (_input, context) => {
  const { app } = context;
  await app.services.events.drain();
  await app.services.jobs.drain();
  await app.services.events.drain();
  const findings: Finding[] = [
    { check: `Node.js ${process.version} is recent enough`, problems: [] },
    { check: 'every shard is intact', problems: await app.engines.shards.verify() },
    await consumers(app),
    await jobs(app),
    ...(await agreement(context)),
  ];
  const lines = findings.flatMap(({ check, problems }) => [
    `${problems.length === 0 ? 'ok  ' : 'BAD '} ${check}`,
    ...problems.slice(0, 20).map((problem) => `       ${problem}`),
  ]);
  const sound = findings.every(({ problems }) => problems.length === 0);
  return {
    json: { sound, findings: findings.map((finding) => ({ ...finding })) },
    text: lines.join('\n'),
    exitCode: sound ? 0 : 1,
  };
};
