import type { Change } from '../../../schemas/mind.ts';
import type { Site } from '../../../schemas/solveTask.ts';
import type { Source } from '../../../schemas/source.ts';
import type { Builder, Linter, SecurityScanner, Tester } from '../../contracts.ts';
import type { Commits } from '../../lib/generated/commits.ts';
import type { SourceReader } from '../../lib/source.ts';
import type { ArtifactStore, StageRunner } from '../../lib/workbench.ts';

/** Agents of the pipeline, as functions, and what commits and sources are read and kept with. */
export type ProverDeps = Tester &
  Linter &
  Builder &
  SecurityScanner & { commits: Commits; sources: SourceReader; store: ArtifactStore; runStage: StageRunner };

/** What one proof is about. */
export type ProofPlace = {
  site: Site;
  /** The change, compared with its base. */
  source: Source;
  base: Change;
  /** Paths that differ. */
  changed: readonly string[];
  timeout: string;
};
