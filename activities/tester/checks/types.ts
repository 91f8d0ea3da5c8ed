import type { Project } from '../../../repository/project.ts';
import type { FileTree } from '../../../repository/tree.ts';
import type { Source } from '../../../schemas/source.ts';
import type { StageResult } from '../../../schemas/stage.ts';
import { sourceAt } from '../../lib/generated/commits.ts';
import { lastLine } from '../../lib/lastLine.ts';
import { stageTask } from '../../lib/proof/stageTask.ts';
import type { ProofPlace, ProverDeps } from '../proof/deps.ts';
import { type Checked, stepOf } from './checked.ts';

type TypeFault = { path: string; line: number; code: string; message: string };
type Looked = { faults: TypeFault[]; broken?: string; result: StageResult };

const most = 20;

/** Faults of TypeScript that the change brings in, in packages that have a tsconfig.json and depend on TypeScript. */
export async function checkTypes(
  deps: ProverDeps,
  place: ProofPlace,
  { project, tree }: { project: Project; tree: FileTree },
): Promise<Checked> {
  const paths = new Set(await tree.list());
  const folders = project.packages
    .filter((one) => one.language === 'node' && 'typescript' in one.dependencies)
    .map(({ directory }) => directory)
    .filter((directory) => paths.has(directory === '' ? 'tsconfig.json' : `${directory}/tsconfig.json`));
  if (folders.length === 0) return { refusals: [], notices: [], steps: [] };

  const after = await look(deps, place, place.source, folders);
  const steps = [stepOf('types', after.result)];
  if (after.broken === undefined && after.faults.length === 0) return { refusals: [], notices: [], steps };
  const before = await look(deps, place, sourceAt(place.site.source, place.base), folders);
  if (after.broken !== undefined)
    return before.broken === undefined
      ? {
          refusals: [{ rule: 'types', path: '.', message: `the type check does not work with the change: ${after.broken}` }],
          notices: [],
          steps,
        }
      : { refusals: [], notices: [`the types could not be checked: ${after.broken}`], steps };
  const known = before.faults.map(keyOf);
  const fresh = after.faults.filter((fault) => {
    const index = known.indexOf(keyOf(fault));
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
  return {
    refusals: fresh
      .slice(0, most)
      .map(({ path, line, code, message }) => ({ rule: 'types', path, message: `line ${line}: ${message} (${code})` })),
    notices: [],
    steps,
  };
}

function keyOf({ path, code, message }: TypeFault): string {
  return `${path} ${code} ${message}`;
}

async function look({ runStage }: ProverDeps, { site, timeout }: ProofPlace, source: Source, folders: readonly string[]): Promise<Looked> {
  const looked: Omit<Looked, 'result'> = { faults: [] };
  const result = await runStage(
    stageTask({ site, source, id: 'proof-types', agent: 'lint', timeout }),
    { version: 'type-check@1' },
    async (bench) => {
      for (const directory of folders) {
        const { exitCode, stdout, tail } = await bench.run({ command: 'npx --no-install tsc --noEmit --pretty false', directory });
        const faults = readFaults(stdout, directory);
        looked.faults.push(...faults);
        if (exitCode !== 0 && faults.length === 0) looked.broken = lastLine(tail);
      }
      return { passed: looked.faults.length === 0 && looked.broken === undefined, summary: `${looked.faults.length} faults of types` };
    },
  );
  return { ...looked, result };
}

function readFaults(output: string, directory: string): TypeFault[] {
  const lines = output.matchAll(/^(?<path>[^\s(][^(\n]*)\((?<line>\d+),\d+\): error (?<code>TS\d+): (?<message>.*)$/gm);
  return [...lines].map(({ groups = {} }) => ({
    path: `${directory === '' ? '' : `${directory}/`}${groups.path}`,
    line: Number(groups.line),
    code: groups.code ?? '',
    message: (groups.message ?? '').slice(0, 300),
  }));
}
