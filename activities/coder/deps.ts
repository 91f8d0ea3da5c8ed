import type { Commits } from '../lib/generated/commits.ts';
import type { SecretFinder } from '../lib/secrets.ts';
import type { StageRunnerDeps } from '../lib/stageRunner.ts';

/** What the coder works with: the same as a stage, what makes commits, and what finds secrets. */
export type CoderDeps = StageRunnerDeps & { commits: Commits; findSecrets: SecretFinder };
