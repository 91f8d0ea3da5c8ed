import type { Side } from '../scan.ts';

type Installed = { requirements: string } | { unavailable: string };

/** Files that say what a Python project depends on. */
export const manifests = ['pyproject.toml', 'setup.cfg', 'setup.py', 'uv.lock', 'poetry.lock', 'pdm.lock'];

/**
 * What the install put into the venv, as pinned requirements, read from the names of its metadata folders: nothing of it runs. There is
 * only one install, the commit's; it stands for the base as well where both declare the same.
 */
export async function installedRequirements(side: Side): Promise<Installed> {
  const box = await side.box();
  if (side.which === 'base' && !(await declareTheSame(side))) {
    return { unavailable: 'no requirements file is committed and the declared dependencies changed' };
  }
  const { stdout } = await box.run({ command: 'ls .venv/lib/python*/site-packages', timeoutMs: 30_000 });
  const names = stdout.split('\n').flatMap((line) => /^([\w.]+)-([\w.!+]+)\.dist-info$/.exec(line.trim())?.slice(1, 3).join('==') ?? []);
  if (names.length === 0) return { unavailable: 'no requirements file is committed, and the install left no packages' };
  return { requirements: `${names.join('\n')}\n` };
}

async function declareTheSame({ whole, commit }: Side): Promise<boolean> {
  for (const path of manifests) if ((await whole.read(path)) !== (await commit.read(path))) return false;
  return true;
}
