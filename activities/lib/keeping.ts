import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { failure } from '../../schemas/failures.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import type { Artifact } from '../../schemas/stage.ts';
import type { ArtifactStore, Workbench } from './workbench.ts';

/** The part of a workbench that puts artifacts into the store and gets those of other stages out. */
export function keeping(store: ArtifactStore): Pick<Workbench, 'keep' | 'keepFile' | 'fetch'> {
  const artifact = (name: string, kind: Artifact['kind'], blob: BlobRef): Artifact => ({
    name,
    kind,
    digest: `sha256:${blob.sha256}`,
    blob,
  });
  return {
    keep: async (name, kind, content, mediaType) => artifact(name, kind, await store.put(content, mediaType)),
    keepFile: async (name, kind, path, mediaType) => artifact(name, kind, await store.putFile(path, mediaType)),
    async fetch({ name, blob }, folder) {
      if (!blob) throw failure('ArtifactMissing', `${name} is not in the artifact store; run the stage that makes it again with --from`);
      await mkdir(folder, { recursive: true });
      const path = join(folder, basename(name));
      await store.getToFile(blob, path);
      return path;
    },
  };
}
