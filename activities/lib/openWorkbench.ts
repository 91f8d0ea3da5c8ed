import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import ms, { type StringValue } from 'ms';
import { detectProject } from '../../repository/detect/detectProject.ts';
import type { StageResult, StageTask } from '../../schemas/stage.ts';
import { withDependencies } from './install/environment.ts';
import type { Box, BoxRequest, BoxResult } from '../sandbox/box.ts';
import { installDependencies } from './dependencies.ts';
import { keeping } from './keeping.ts';
import type { StageLog } from './stageLog.ts';
import type { StageRunnerDeps } from './stageRunner.ts';
import type { Workbench } from './workbench.ts';

/** A command was ended from outside; the stage ends with it, as a bad outcome. `message` is the stage's summary. */
export class StageEnded extends Error {
  readonly endedBy: NonNullable<BoxResult['endedBy']>;
  constructor(endedBy: NonNullable<BoxResult['endedBy']>, message: string) {
    super(message);
    this.endedBy = endedBy;
  }
}

export type OpenedWorkbench = Workbench & {
  isolation(): StageResult['isolation'];
  close(): Promise<void>;
};

type Opening = { deps: StageRunnerDeps; task: StageTask; scratch: string; signal: AbortSignal; log: StageLog };

/** Checks the commit out and gives the agent its tools; the box, with dependencies, is opened when the agent first asks for it. */
export async function openWorkbench({ deps, task, scratch, signal, log }: Opening): Promise<OpenedWorkbench> {
  const { source, stage } = task;
  const deadline = { at: Number.POSITIVE_INFINITY };
  const workspace = join(scratch, 'workspace');
  const tree = await deps.sources.tree(source, source.commit, signal);
  const baseTree = source.base === undefined ? undefined : await deps.sources.tree(source, source.base, signal);
  const project = await detectProject(tree);
  await mkdir(workspace, { recursive: true });
  for (const notice of (await deps.workspaces.checkOut(source, workspace)).notices) log.notice(notice);
  log.did(`checked out ${source.slug}@${source.commit.slice(0, 12)}`);

  const opened: { box?: Promise<Box>; kind?: StageResult['isolation'] } = {};
  const openBox = async (): Promise<Box> => {
    const { driver, notices } = await deps.sandboxes.choose(task.isolation, source.trusted);
    notices.forEach(log.notice);
    const request: Omit<BoxRequest, 'network'> = { workspace, limits: deps.limits, onOutput: log.write, signal, owner: deps.owner };
    const telling = { log: log.line, did: log.did, notice: log.notice };
    const dependencies = await installDependencies({ deps, source, driver, request, scratch, ...telling });
    const box = await driver.open({ ...request, dependencies, network: false });
    box.notices.forEach(log.notice);
    opened.kind = box.isolation;
    // The stage's own time starts here: a slow registry is not the stage's fault.
    deadline.at = Date.now() + ms(stage.timeout as StringValue);
    return box;
  };
  const box = () => (opened.box ??= openBox());

  return {
    task,
    project,
    tree,
    baseTree,
    signal,
    workspace,
    scratch,
    box,
    async run(command) {
      const { directory = stage.directory, env = {} } = command;
      const place = await box();
      log.line(`$ ${typeof command.command === 'string' ? command.command : command.command.join(' ')}`);
      const matrix = Object.fromEntries(Object.entries(stage.matrix).map(([name, value]) => [`MATRIX_${name.toUpperCase()}`, value]));
      const timeoutMs = Math.max(1, deadline.at - Date.now());
      const reaching = withDependencies(command.command, { root: place.root, project });
      const result = await place.run({ command: reaching, directory, env: { ...matrix, ...env, ...stage.env }, timeoutMs });
      log.did(`ran ${label(command.command)}: ${ending(result)} in ${(result.durationMs / 1000).toFixed(1)} s`);
      if (result.endedBy) throw new StageEnded(result.endedBy, `${label(command.command)} ${ending(result, stage.timeout)}`);
      return result;
    },
    diff: () => deps.sources.diff(source),
    did: log.did,
    notice: log.notice,
    log: log.line,
    ...keeping(deps.store),
    isolation: () => opened.kind ?? 'none',
    async close() {
      await opened.box?.then((place) => place.close()).catch((error: unknown) => log.line(String(error)));
    },
  };
}

function ending({ endedBy, exitCode, durationMs }: BoxResult, timeout = `${Math.round(durationMs / 1000)} s`): string {
  if (endedBy === 'timeout') return `was ended: it ran longer than ${timeout}`;
  if (endedBy === 'memory') return 'was ended: it used more memory than allowed (MAINSTAY_MEMORY)';
  if (endedBy === 'output') return 'was ended: it printed more than allowed (MAINSTAY_LOG_LIMIT)';
  if (endedBy === 'signal') return 'was ended by a signal';
  return `exit ${exitCode}`;
}

function label(command: string | readonly string[]): string {
  const text = typeof command === 'string' ? command : command.join(' ');
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
