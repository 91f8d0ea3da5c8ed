import { quoted } from '../install/environment.ts';
import type { Instrument } from './instruments.ts';
import type { TestJob } from './job.ts';

type Parts = {
  job: TestJob;
  instrument?: Instrument;
  /** Takes the place of the job's command. */ command?: string;
  /** Absolute path of the report, in the box. */ report: string;
};

/** The shell line of a job with what makes its runner report. */
export function instrumented({ job, instrument, command = job.command, report }: Parts): string {
  if (!instrument) return command;
  const args = (instrument.args ?? []).map(quoted).join(' ');
  const extended = args === '' ? command : `${command} ${job.separator}${args}`;
  const line = `${settings(instrument)}${instrument.rewrite?.(extended) ?? extended}`;
  if (instrument.prints === undefined) return line;
  if (instrument.prints === 'quiet') return `${line} > ${quoted(report)}`;
  // A pipe would answer with the exit code of tee.
  const code = quoted(`${report}.exit`);
  return `{ ${line}; echo $? > ${code}; } | tee ${quoted(report)}; exit "$(cat ${code})"`;
}

/** In the line itself, so that what the stage's own `env` sets is added to, not replaced. */
function settings({ env = {} }: Instrument): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}="\${${name}:+$${name} }"${quoted(value)}; `)
    .join('');
}
