import type { Project } from '../../repository/project.ts';
import { buildTargets, type BuildTarget } from '../../repository/tools.ts';
import type { BuildSettings } from '../../schemas/settings.ts';
import type { Stage } from '../../schemas/stage.ts';
import { within } from './made.ts';

export type PackageStep = {
  kind: 'package';
  target: BuildTarget;
  /** False where own commands, or the workspace root's build, have built it already. */
  build: boolean;
  /** Scripts of package.json. */
  scripts: Record<string, string>;
};
export type ImageStep = {
  kind: 'image';
  /** Path of the Dockerfile in the repository. */
  dockerfile: string;
  /** Folder that is sent to the daemon; '' is the root. */
  context: string;
  /** True when the settings ask for it, so that having no daemon is a failure. */
  required: boolean;
};
export type BuildStep =
  | PackageStep
  | ImageStep
  | { kind: 'commands'; directory: string; lines: string[] }
  | { kind: 'files'; globs: string[] };

type Asked = { project: Project; stage: Pick<Stage, 'run' | 'directory'>; settings: BuildSettings };

/** The steps of a build in order: own commands, packages, files to keep, the image. `lookedFor` explains an empty list. */
export function planBuild({ project, stage, settings }: Asked): { steps: BuildStep[]; lookedFor: string } {
  const { directory } = stage;
  const own = stage.run.length > 0;
  const wants = (thing: 'package' | 'image' | 'command') => settings.make === undefined || settings.make.includes(thing);

  const steps: BuildStep[] = [];
  if (own) steps.push({ kind: 'commands', directory, lines: stage.run });
  for (const target of targetsOf(project, directory)) {
    const builtAbove = directory !== target.directory && hasBuildScript(project, directory);
    const scripts = project.packages.find((pkg) => pkg.language === 'node' && pkg.directory === target.directory);
    const compiled = target.language === 'go' || target.language === 'rust';
    if (target.make === 'package' ? wants('package') : compiled && wants('package') && !own) {
      steps.push({ kind: 'package', target, build: !own && !builtAbove, scripts: scripts?.language === 'node' ? scripts.scripts : {} });
    } else if (target.make === 'command' && wants('command') && !own) {
      steps.push({ kind: 'commands', directory: target.directory, lines: target.commands });
    }
  }
  if (settings.artifacts.length > 0) steps.push({ kind: 'files', globs: settings.artifacts.map((glob) => within(directory, glob)) });
  const dockerfile = settings.dockerfile ?? dockerfileOf(project, directory);
  if (dockerfile !== undefined && wants('image')) {
    steps.push({ kind: 'image', dockerfile, context: directory, required: settings.make?.includes('image') ?? false });
  }
  return { steps, lookedFor: lookedFor(project, directory) };
}

/** Targets of the folder itself and, for a workspace root, of its members; of all folders below when it holds none. */
function targetsOf(project: Project, directory: string): BuildTarget[] {
  const targets = buildTargets(project).filter(({ make }) => make !== 'image');
  const members = project.packages.flatMap((pkg) => (pkg.language === 'node' && pkg.directory === directory ? pkg.members : []));
  const near = targets.filter((target) => target.directory === directory || members.includes(target.directory));
  return near.length > 0 ? near : targets.filter((target) => directory === '' || target.directory.startsWith(`${directory}/`));
}

function hasBuildScript(project: Project, directory: string): boolean {
  return project.packages.some((pkg) => pkg.language === 'node' && pkg.directory === directory && pkg.scripts.build !== undefined);
}

function dockerfileOf(project: Project, directory: string): string | undefined {
  return ['Dockerfile', 'Containerfile'].map((name) => within(directory, name)).find((path) => project.dockerfiles.includes(path));
}

function lookedFor(project: Project, directory: string): string {
  const where = directory === '' ? 'in the root' : `in ${directory}`;
  const elsewhere = project.dockerfiles.filter((path) => path !== dockerfileOf(project, directory));
  const hint = elsewhere[0] === undefined ? '' : `; ${elsewhere[0]} is there: name it with "with: {dockerfile: ${elsewhere[0]}}"`;
  return `looked ${where} for a Dockerfile, a package that can be published, and a build script${hint}. Give the stage "run:" commands, or leave it out`;
}
