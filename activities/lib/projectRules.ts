import { z } from 'zod';
import { findConfig, parseProject } from '../../repository/configFile.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { SourceReader } from './source.ts';

const At = z.object({ repository: z.string(), commit: CommitSha });

/** The project's rules as they stand at a commit; the defaults where it has no file. */
export async function readRulesAt(
  sources: SourceReader,
  at: { repository: string; commit: string },
  signal: AbortSignal,
): Promise<ProjectFile> {
  const { project } = await findConfig(await sources.tree(At.parse(at), undefined, signal));
  return project === undefined ? ProjectFile.parse({}) : parseProject(project.text, { path: project.path });
}
