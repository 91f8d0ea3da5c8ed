import type { Workbench } from '../lib/workbench.ts';
import { place, type Made } from './made.ts';

export type Lines = { directory: string; lines: readonly string[] };

/** Runs shell lines one after the other in the box; the first that fails ends the build. */
export async function runLines(bench: Workbench, { directory, lines }: Lines): Promise<Made> {
  for (const line of lines) {
    const result = await bench.run({ command: line, directory });
    if (result.exitCode !== 0) return { failed: `${line} failed${place(directory)} (exit ${result.exitCode}): ${lastLine(result.tail)}` };
  }
  return { artifacts: [], said: lines.length === 0 ? [] : [`${lines.join(', ')} passed${place(directory)}`] };
}

/** The last line that says something; programs put the reason at the end. */
export function lastLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '')?.slice(0, 200) ?? 'no output';
}
