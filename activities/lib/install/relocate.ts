import type { Box } from '../../sandbox/box.ts';
import type { InstallStep } from './step.ts';

/** Scripts of a venv name their interpreter by absolute path; this makes them find it beside themselves, so that a copy elsewhere works. */
const program = `
import pathlib, sys
for script in pathlib.Path('.venv/bin').iterdir():
    if script.is_symlink() or not script.is_file():
        continue
    head, _, rest = script.read_bytes().partition(b'\\n')
    if head.startswith(b'#!') and b'/.venv/bin/python' in head:
        find = b'#!/bin/sh\\n' + b"'''exec' \\"$(dirname -- \\"$(realpath -- \\"$0\\")\\")\\"/python \\"$0\\" \\"$@\\"\\n' '''\\n"
        script.write_bytes(find + rest)
`;

/** Makes what was installed work at another path than the one where it was installed. */
export async function relocate(box: Box, steps: readonly InstallStep[], deadline: number): Promise<void> {
  if (!steps.some((step) => step.keep.includes('.venv'))) return;
  await box.run({ command: ['.venv/bin/python', '-c', program], timeoutMs: Math.max(10_000, deadline - Date.now()) });
}
