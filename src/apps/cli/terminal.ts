/** Progress and notes on standard error, so that standard output holds the result alone. */
import type { Reporter } from './command.ts';

/** A reporter that can be finished. */
export interface Terminal extends Reporter {
  /** Leaves the cursor on a fresh line. */
  done(): void;
}

async function bar(): Promise<Terminal> {
  const { SingleBar } = await import('cli-progress');
  const single = new SingleBar({
    format: '{label} [{bar}] {value}/{total} · {eta_formatted} left',
    barCompleteChar: '█',
    barIncompleteChar: '·',
    hideCursor: true,
    stream: process.stderr,
    clearOnComplete: false,
  });
  let started = false;
  const stop = () => {
    if (started) single.stop();
    started = false;
  };
  return {
    progress(label, done, total) {
      if (!started) single.start(total, done, { label });
      started = true;
      single.setTotal(total);
      single.update(done, { label });
      if (done >= total) stop();
    },
    note(line) {
      stop();
      process.stderr.write(`${line}\n`);
    },
    done: stop,
  };
}

/** Without a terminal: a line at every tenth. */
function lines(): Terminal {
  let tenth = -1;
  return {
    progress(label, done, total) {
      const now = Math.floor((done * 10) / Math.max(1, total));
      if (now === tenth) return;
      tenth = now;
      process.stderr.write(`${label} ${done}/${total}\n`);
    },
    note: (line) => void process.stderr.write(`${line}\n`),
    done: () => undefined,
  };
}

/** A bar on a terminal, else a line now and then. */
export async function createTerminal(): Promise<Terminal> {
  return process.stderr.isTTY ? await bar() : lines();
}
