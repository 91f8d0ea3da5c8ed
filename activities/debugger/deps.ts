import type { Tester } from '../contracts.ts';
import type { Commits } from '../lib/generated/commits.ts';
import type { SourceReader } from '../lib/source.ts';
import type { ArtifactStore } from '../lib/workbench.ts';

export type DebuggerDeps = Tester & { commits: Commits; sources: SourceReader; store: ArtifactStore };
