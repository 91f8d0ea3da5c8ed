import { execa } from 'execa';

/** Whether the helm program is there, which no test installs. */
export async function helmIfThere(): Promise<boolean> {
  const { exitCode } = await execa('helm', ['version', '--short'], { reject: false });
  return exitCode === 0;
}
