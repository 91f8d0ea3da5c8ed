import { execa } from 'execa';

/** The beginning of an argument vector that sets kernel limits on what follows; empty where `prlimit` is not installed. */
export async function rlimits(limits: { fileBytes: number; processes?: number; dataBytes?: number }): Promise<string[]> {
  const found = await execa('prlimit', ['--version'], { reject: false });
  if (found.failed) return [];
  return [
    'prlimit',
    '--core=0',
    '--nofile=4096',
    `--fsize=${limits.fileBytes}`,
    ...(limits.processes === undefined ? [] : [`--nproc=${limits.processes}`]),
    ...(limits.dataBytes === undefined ? [] : [`--data=${limits.dataBytes}`]),
    '--',
  ];
}
