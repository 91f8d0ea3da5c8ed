import { join } from 'node:path';
import ms from 'ms';
import { detectProject } from '../../repository/detect/detectProject.ts';
import type { Source } from '../../schemas/source.ts';
import type { Installer } from './install/prepare.ts';
import type { BoxRequest, DependencySnapshot, SandboxDriver } from '../sandbox/box.ts';
import type { SourceReader } from './source.ts';
import type { Workspaces } from './workspaces.ts';

type Installing = {
  deps: { sources: SourceReader; workspaces: Workspaces; installer: Installer };
  source: Source;
  driver: SandboxDriver;
  /** The box that will use them; its workspace must be the source's own commit. */
  request: Omit<BoxRequest, 'network'>;
  scratch: string;
  log(line: string): void;
  did(action: string): void;
  notice(text: string): void;
};

/**
 * The dependencies of a source, installed once. Where the source says at which commit, nothing of its own commit is there while the network is open:
 * neither its manifests nor its settings of package managers.
 */
export async function installDependencies({
  deps,
  source,
  driver,
  request,
  scratch,
  ...telling
}: Installing): Promise<DependencySnapshot | undefined> {
  const { signal } = request;
  const elsewhere = source.dependenciesAt !== undefined && source.dependenciesAt !== source.commit;
  const from: Source = elsewhere
    ? { ...source, commit: source.dependenciesAt ?? source.commit, base: undefined, objects: undefined }
    : source;
  const tree = await deps.sources.tree(from, from.commit, signal);
  return await deps.installer.prepareDependencies({
    project: await detectProject(tree),
    tree,
    source: from,
    driver,
    async openBox() {
      if (!elsewhere) return await driver.open({ ...request, network: true });
      const workspace = join(scratch, 'manifests');
      await deps.workspaces.checkOut(from, workspace, signal);
      return await driver.open({ ...request, workspace, network: true });
    },
    timeoutMs: ms('10 minutes'),
    signal,
    ...telling,
  });
}
