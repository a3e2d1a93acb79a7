/**
 * `npm run bench`: how long a training batch takes on this site's engines, on tfjs as it comes, and in PyTorch.
 * `scripts/bench/options.ts` says what may be asked, docs/bench.md what came out.
 */
import { timeBatches } from './bench/batches.ts';
import { runJob } from './bench/job.ts';
import { type Options, readOptions, type Task, USAGE } from './bench/options.ts';
import { writeReport } from './bench/report.ts';
import { timeStage } from './bench/stage.ts';

/** Each says whether all went well. */
const TASKS: Readonly<Record<Task, (options: Options) => boolean | Promise<boolean>>> = {
  batches: timeBatches,
  job: runJob,
  report: writeReport,
  stage: () => {
    timeStage();
    return true;
  },
};

// What was started (a browser, a Python, a folder) hangs its own end on this process's.
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.once(signal, () => process.exit(status));
// npm may be ended alone; nobody reads the figures then.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 1000).unref();

let status = 2;
try {
  const options = readOptions(process.argv.slice(2));
  status = 1;
  if (await TASKS[options.task](options)) status = 0;
} catch (fault) {
  console.error(fault instanceof Error ? fault.message : fault);
  if (status === 2) console.error(`\n${USAGE}`);
}
process.exit(status);
