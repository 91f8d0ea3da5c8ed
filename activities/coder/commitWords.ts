import type { Provenance } from '../../schemas/mind.ts';
import type { CodeOrder } from '../developContracts.ts';
import { type CommitWords, sourceAt } from '../lib/generated/commits.ts';
import type { CoderDeps } from './deps.ts';

/** What the commit of code that is written in one go says. Its date is that of the start, so that every attempt makes the same commit. */
export async function commitWords({ sources }: CoderDeps, { site, start, todo }: CodeOrder, by: Provenance): Promise<CommitWords> {
  const at = await sources.read(sourceAt(site.source, start), (git) => git.text(['show', '-s', '--format=%cI', start.commit]));
  return { title: todo.title, by, task: `${site.run}/${site.taskId}`, at: new Date(at).toISOString() };
}
