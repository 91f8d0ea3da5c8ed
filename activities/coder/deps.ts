import type { BoxLimits, Sandboxes } from '../sandbox/box.ts';
import type { Installer } from '../install/prepare.ts';
import type { Commits } from '../lib/generated/commits.ts';
import type { SecretFinder } from '../lib/secrets.ts';
import type { SourceReader } from '../lib/source.ts';
import type { ArtifactStore } from '../lib/workbench.ts';
import type { Workspaces } from '../lib/workspaces.ts';

/** What the coder works with. */
export type CoderDeps = {
  home: string;
  /** Names this process, so that what it leaves when killed can be found and removed. */
  owner: string;
  limits: BoxLimits;
  store: ArtifactStore;
  sandboxes: Sandboxes;
  installer: Installer;
  sources: SourceReader;
  workspaces: Workspaces;
  commits: Commits;
  findSecrets: SecretFinder;
};
