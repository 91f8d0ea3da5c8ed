import { quoted } from '../lib/install/environment.ts';
import { printedTo } from '../lib/printed.ts';
import type { Instrument } from './instruments.ts';
import type { TestJob } from '../lib/jobs/testJobs.ts';

type Parts = {
  job: TestJob;
  instrument?: Instrument;
  /** Takes the place of the job's command. */
  command?: string;
  /** The report, relative to where the command runs. */
  report: string;
  /** Variables that the stage sets itself. */
  set: Readonly<Record<string, string>>;
};

/** The shell line of a job with what makes its runner report. */
export function instrumented({ job, instrument, command = job.command, report, set }: Parts): string {
  if (!instrument) return command;
  const args = (instrument.args ?? []).map(quoted).join(' ');
  const extended = args === '' ? command : `${command} ${job.separator}${args}`;
  const line = `${additions(instrument, set)}${instrument.rewrite?.(extended) ?? extended}`;
  return instrument.prints === undefined ? line : printedTo(line, report, instrument.prints);
}

/** What the stage's own `env` sets comes last in the environment, so it is added to in the line itself. */
function additions({ env = {} }: Instrument, set: Parts['set']): string {
  return Object.entries(env)
    .filter(([name]) => Object.hasOwn(set, name))
    .map(([name, value]) => `export ${name}="$${name} "${quoted(value)}; `)
    .join('');
}
