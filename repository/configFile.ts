import type { z } from 'zod';
import { PipelineFile, StageOptions } from '../schemas/pipelineFile.ts';
import { ProjectFile } from '../schemas/projectFile.ts';
import { failure } from '../schemas/failures.ts';
import { locate } from './configuration/locate.ts';
import { refusal, type Fault } from './configuration/problem.ts';
import { readYaml, unreadable, type YamlFile } from './configuration/readYaml.ts';
import { schemaFaults } from './configuration/schemaFaults.ts';
import { chainFaults } from './plan/approvers.ts';
import { checkStages } from './plan/check.ts';
import type { FileTree } from './tree.ts';

/** Reads and checks a pipeline, its stages included. `InvalidConfiguration` (or `PathOutsideRepository`) lists every problem with its place. */
export function parsePipeline(text: string, { path }: { path: string }): PipelineFile {
  const { file, value } = readAs(PipelineFile, text, path);
  const { faults } = checkStages(value);
  if (faults.length > 0) throw refuse(file, faults);
  return value;
}

/** Reads and checks the project's rules. An empty file means the defaults. */
export function parseProject(text: string, { path }: { path: string }): ProjectFile {
  const { file, value } = readAs(ProjectFile, text, path);
  const faults = chainFaults(value);
  if (faults.length > 0) throw refuse(file, faults);
  return value;
}

function readAs<Schema extends z.ZodType>(schema: Schema, text: string, path: string): { file: YamlFile; value: z.output<Schema> } {
  const file = readYaml(text, path);
  const content = file.value ?? {};
  const result = schema.safeParse(content);
  if (!result.success) throw refuse(file, schemaFaults(schema, result.error, content).map(besideItsStage));
  return { file, value: result.data };
}

/** `- test:` with its settings below but not further in is the usual slip of a list, and YAML takes the settings for stages. */
function besideItsStage(fault: Fault): Fault {
  const [pipeline, stages, index, key] = fault.at;
  const slip =
    pipeline === 'pipeline' &&
    stages === 'stages' &&
    typeof index === 'number' &&
    typeof key === 'string' &&
    Object.hasOwn(StageOptions.shape, key);
  if (!slip) return fault;
  return { at: fault.at.slice(0, 4), onKey: true, problem: 'stands beside the stage, not in it', fix: 'indent it two spaces more' };
}

function refuse(file: YamlFile, faults: readonly Fault[]): Error {
  const problems = faults.map((fault) => locate(file, fault)).sort((a, b) => a.line - b.line || a.column - b.column);
  return refusal(
    problems,
    faults.some(({ outside }) => outside),
  );
}

/** A repository's configuration files; each may be at the root or under `.mainstay/`, and there once. */
export async function findConfig(tree: FileTree): Promise<{ pipeline?: ConfigFile; project?: ConfigFile }> {
  return { pipeline: await findOne(tree, 'pipeline'), project: await findOne(tree, 'project') };
}

type ConfigFile = { path: string; text: string };

const mostRead = 64 * 2 ** 20;

async function findOne(tree: FileTree, name: string): Promise<ConfigFile | undefined> {
  const paths = new Set(await tree.list());
  const names = ['', '.mainstay/'].flatMap((folder) => ['yml', 'yaml', 'json'].map((ending) => `${folder}${name}.${ending}`));
  const found = names.filter((path) => paths.has(path));
  if (found.length > 1) throw failure('InvalidConfiguration', `${found.join(' and ')} are both there; keep one of them`, { paths: found });
  const path = found[0];
  if (path === undefined) return undefined;
  const text = await tree.read(path, mostRead);
  if (text === undefined) throw unreadable(path);
  return { path, text };
}
