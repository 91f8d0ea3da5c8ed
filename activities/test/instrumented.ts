import { quoted } from '../install/environment.ts';
import { printedTo } from '../lib/printed.ts';
import type { Instrument } from './instruments.ts';
import type { TestJob } from './job.ts';

type Parts = {
  job: TestJob;
  instrument?: Instrument;
  /** Takes the place of the job's command. */ command?: string;
  /** The report, relative to where the command runs. */ report: string;
};

/** The shell line of a job with what makes its runner report. */
export function instrumented({ job, instrument, command = job.command, report }: Parts): string {
  if (!instrument) return command;
  const args = (instrument.args ?? []).map(quoted).join(' ');
  const extended = args === '' ? command : `${command} ${job.separator}${args}`;
  const line = `${settings(instrument)}${instrument.rewrite?.(extended) ?? extended}`;
  return instrument.prints === undefined ? line : printedTo(line, report, instrument.prints);
}

/** In the line itself, so that what the stage's own `env` sets is added to, not replaced. */
function settings({ env = {} }: Instrument): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}="\${${name}:+$${name} }"${quoted(value)}; `)
    .join('');
}
