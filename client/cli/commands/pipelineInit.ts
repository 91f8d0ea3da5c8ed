import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { readCommit } from '../../../repository/commitTree.ts';
import { detectProject } from '../../../repository/detect/detectProject.ts';
import { openLocal } from '../../../repository/local.ts';
import { parseRepository } from '../../../repository/location.ts';
import { proposePipeline } from '../../../repository/propose.ts';
import { resolveRef } from '../../../repository/refs.ts';
import { failure } from '../../../schemas/failures.ts';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';

type InitOptions = { force?: boolean };

/** `mainstay pipeline init`: writes down the pipeline that a run would propose. */
export function addPipeline(program: Command, cli: Cli): void {
  const pipeline = program.command('pipeline').description('work on pipeline files');
  const command = pipeline
    .command('init [path]')
    .description('write pipeline.yml with what is found in the repository at HEAD (default: this folder)')
    .option('-f, --force', 'overwrite the file that is there')
    .action(async (path: string | undefined, options: InitOptions) => {
      const written = await initPipeline(path ?? cli.cwd, options);
      cli.terminal.print(`${relative(cli.cwd, written.path) || written.path} written: ${written.stages.join(', ')}`);
      cli.terminal.note('commit it: a run reads the configuration at its commit');
    });
  withExamples(command, [
    ['mainstay pipeline init', 'in this folder'],
    ['mainstay pipeline init ../shop --force', 'anew, over the file that is there'],
  ]);
}

async function initPipeline(repository: string, { force = false }: InitOptions): Promise<{ path: string; stages: string[] }> {
  const location = parseRepository(repository);
  if (location.kind === 'https') throw failure('InvalidInput', `${repository} is not on this machine: clone it and name the folder`);
  const { git, workTree } = await openLocal(location);
  if (workTree === undefined) throw failure('InvalidInput', `${location.remote} is a bare repository, without files to write beside`);

  const present = candidates().find((name) => existsSync(join(workTree, name)));
  if (present !== undefined && !force) throw failure('InvalidInput', `${present} is there already; --force overwrites it`);

  if (present?.endsWith('.json')) throw failure('InvalidInput', `${present} is JSON, which has no comments: remove it, then init again`);
  const { commit } = await resolveRef({ repository, ref: 'HEAD' });
  const proposal = proposePipeline(await detectProject(readCommit(git, commit)));
  const path = join(workTree, present ?? 'pipeline.yml');
  await writeFile(path, proposal.yaml);
  return { path, stages: Object.keys(proposal.why) };
}

function candidates(): string[] {
  return ['', '.mainstay/'].flatMap((folder) => ['yml', 'yaml', 'json'].map((ending) => `${folder}pipeline.${ending}`));
}
