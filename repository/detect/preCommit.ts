import { parse } from 'yaml';
import { z } from 'zod';
import type { FileTree } from '../tree.ts';
import { inFolder } from './folders.ts';

const Hooks = z.object({
  repos: z.array(z.object({ rev: z.string().optional(), hooks: z.array(z.object({ id: z.string() })).catch([]) }).catch({ hooks: [] })),
});

const toolOfHook: Record<string, string> = {
  ruff: 'ruff',
  'ruff-check': 'ruff',
  flake8: 'flake8',
  pylint: 'pylint',
  mypy: 'mypy',
  black: 'black',
  isort: 'isort',
};

/** Tools that `.pre-commit-config.yaml` runs, with the version that it pins where there is one. */
export async function preCommitTools(
  tree: FileTree,
  present: ReadonlySet<string>,
  directory: string,
): Promise<Record<string, string | undefined>> {
  const path = inFolder(directory, '.pre-commit-config.yaml');
  const text = present.has(path) ? await tree.read(path) : undefined;
  if (text === undefined) return {};
  const found = Hooks.safeParse(readQuietly(text)).data?.repos ?? [];
  return Object.fromEntries(
    found.flatMap(({ rev, hooks }) =>
      hooks.flatMap(({ id }): [string, string | undefined][] => {
        const tool = toolOfHook[id];
        return tool === undefined ? [] : [[tool, /^v?(\d+(?:\.\d+)+)$/.exec(rev ?? '')?.[1]]];
      }),
    ),
  );
}

function readQuietly(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    // pre-commit itself says best what is wrong with its file.
    return undefined;
  }
}
