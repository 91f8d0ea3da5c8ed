import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { tradingStrategy } from '../../../../../activities/lib/templates/trading/template.ts';
import type { FileText } from '../../../../../schemas/mind.ts';

export const taskIds = ['t1', 't2', 't3', 't4'] as const;
export type TaskId = (typeof taskIds)[number];

/** The subject of a request that must be understood. */
export function subjectOf(request: string): Record<string, unknown> {
  const reading = tradingStrategy.read(request);
  if (reading.kind !== 'understood') throw new Error(`not understood: ${JSON.stringify(reading)}`);
  return reading.subject;
}

/** Files in a folder of their own; removed at the end of the test, which one that runs beside others must name. */
export async function placeFiles(files: readonly FileText[], atEnd: typeof onTestFinished = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trading-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text ?? '');
  }
  return folder;
}

/** The code of some tasks. */
export function codeOf(subject: Record<string, unknown>, ids: readonly TaskId[]): FileText[] {
  return ids.flatMap((id) => tradingStrategy.code(subject, id));
}

/** The acceptance tests of some tasks. */
export function testsOf(subject: Record<string, unknown>, ids: readonly TaskId[], which: 'open' | 'hidden'): FileText[] {
  return ids.flatMap((id) => tradingStrategy.tests(subject, id)[which]);
}

/** Runs a shell line in a folder with the Node that runs these tests. */
export async function run(folder: string, line: string): Promise<{ passed: boolean; output: string }> {
  // A test run inside a test run would report to the outer one.
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined };
  const { exitCode, all } = await execa(line, { cwd: folder, shell: true, reject: false, all: true, env });
  return { passed: exitCode === 0, output: all };
}

/** Lets the type checker of this repository see Node's types from the folder. */
export async function linkPackages(folder: string): Promise<void> {
  await symlink(join(import.meta.dirname, '../../../../../node_modules'), join(folder, 'node_modules'));
}
