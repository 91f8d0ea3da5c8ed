import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { markedProcesses } from '../../activities/sandbox/host/processes.ts';

/** Branches and notes that a run shows in a repository: trees, commits with their steps in order, and how many notes. The run's name is left out. */
export async function shownIn(repository: string, run: string): Promise<Record<string, unknown>> {
  const git = async (...args: string[]) => (await execa('git', ['-C', repository, ...args])).stdout.replaceAll(run, '<run>');
  const refsBelow = async (folder: string) => {
    const { stdout } = await execa('git', ['-C', repository, 'for-each-ref', '--format=%(refname)', folder]);
    return stdout.split('\n').filter(Boolean);
  };
  const shown: Record<string, unknown> = {};
  for (const ref of await refsBelow('refs/heads/ai')) {
    const format = '--format=%s [%(trailers:key=Mainstay-Step,valueonly,separator=%x2C)]';
    shown[ref.replace(run, '<run>')] = {
      tree: await git('rev-parse', `${ref}^{tree}`),
      commits: (await git('log', '--topo-order', '--reverse', format, `main..${ref}`)).split('\n'),
    };
  }
  for (const ref of await refsBelow('refs/notes')) {
    const notes = await git('notes', `--ref=${ref}`, 'list');
    shown[ref.replace(run, '<run>')] = notes.split('\n').length;
  }
  return shown;
}

/** What killed workers left below their home and nobody has removed: boxes, scratch folders, half repositories, processes. */
export async function leftIn(home: string): Promise<string[]> {
  const inside = async (folder: string) => await readdir(join(home, folder)).catch(() => []);
  const boxes = await inside('boxes');
  const scratch = await inside('scratch');
  const stages = await Promise.all(scratch.map(async (owner) => (await inside(join('scratch', owner))).map((name) => `${owner}/${name}`)));
  const half = (await inside('projects')).filter((name) => name.startsWith('.'));
  return [
    ...boxes.map((name) => `boxes/${name}`),
    ...stages.flat().map((name) => `scratch/${name}`),
    ...half.map((name) => `projects/${name}`),
    ...boxes.flatMap((id) => markedProcesses(id).map((pid) => `process ${pid} of box ${id}`)),
    ...(await processesIn(home)),
  ];
}

/** Processes that were started with a path below the home in their command line. */
async function processesIn(home: string): Promise<string[]> {
  const { stdout } = await execa('ps', ['-A', '-ww', '-o', 'pid=,args=']);
  return stdout.split('\n').filter((line) => line.includes(home));
}
