import { findConfig, parseProject } from '../../repository/configFile.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { SourceReader } from '../lib/source.ts';

/** The project's rules as they stand at a commit; the defaults where it has no file. */
export async function readRulesAt(
  sources: SourceReader,
  { repository, commit }: { repository: string; commit: string },
  signal: AbortSignal,
): Promise<ProjectFile> {
  const { project } = await findConfig(await sources.tree({ repository, commit: CommitSha.parse(commit) }, undefined, signal));
  return project === undefined ? ProjectFile.parse({}) : parseProject(project.text, { path: project.path });
}
