import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import ms from 'ms';
import { detectProject } from '../../repository/detect/detectProject.ts';
import type { Project } from '../../repository/project.ts';
import type { Change } from '../../schemas/mind.ts';
import type { Site } from '../../schemas/solveTask.ts';
import { projectSetup, sourcePath, withDependencies } from '../lib/install/environment.ts';
import { installDependencies } from '../lib/dependencies.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import type { Progress } from '../lib/heartbeats.ts';
import type { Box, BoxRequest } from '../sandbox/box.ts';
import type { CoderDeps } from './deps.ts';
import type { Listing } from './listing.ts';

/** A task's open box, and what is known of its working tree. */
export type WarmBox = {
  readonly box: Box;
  readonly project: Project;
  readonly env: Readonly<Record<string, string>>;
  /** What the model should know of the box; told once. */
  notes: string[];
  /** The commit that the working tree shows; undefined while a command may have changed it. */
  at: string | undefined;
  /** What was in the working tree at the last look; undefined when that must be found out. */
  listing: Listing | undefined;
  /** Receives the output of what runs. */
  listen: Progress;
};

type Opening = { deps: CoderDeps; site: Site; change: Change; signal: AbortSignal; progress: Progress };

/** Opens a box with the change's files, without network, and with the dependencies of the commit that the run started from. */
export async function openBox({ deps, site, change, signal, progress }: Opening): Promise<WarmBox> {
  const source = sourceAt(site.source, change);
  const scratch = join(deps.home, 'scratch', deps.owner, randomUUID());
  const workspace = join(scratch, 'workspace');
  try {
    await mkdir(scratch, { recursive: true });
    const [{ driver, notices }, tree, checkedOut] = await Promise.all([
      deps.sandboxes.choose(site.isolation, site.source.trusted),
      deps.sources.tree(source, source.commit, signal),
      deps.workspaces.checkOut(source, workspace, signal),
    ]);
    const project = await detectProject(tree);
    const notes = [...notices, ...checkedOut.notices];
    const listening: { listen: Progress } = { listen: progress };
    const request: Omit<BoxRequest, 'network'> = {
      workspace,
      limits: deps.limits,
      onOutput: (chunk) => listening.listen(chunk),
      signal,
      owner: deps.owner,
    };
    const dependencies = await installDependencies({
      deps,
      source,
      driver,
      request,
      scratch,
      log: (line) => progress(`${line}\n`),
      did: () => undefined,
      notice: (text) => void notes.push(text),
    });
    const box = await driver.open({ ...request, dependencies, network: false });
    const env = await setUp(box, project);
    return Object.assign(listening, { box, project, env, notes, at: change.commit, listing: undefined });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Makes the repository's own Python packages importable; answers what commands need for it. */
async function setUp(box: Box, project: Project): Promise<Record<string, string>> {
  const paths: string[] = [];
  for (const { package: pkg, line } of projectSetup(project)) {
    const installed = await box.run({ command: withDependencies(line, { root: box.root, project }), timeoutMs: ms('5 minutes') });
    if (installed.exitCode !== 0) paths.push(sourcePath(box.root, pkg));
  }
  return paths.length === 0 ? {} : { PYTHONPATH: paths.join(':') };
}
