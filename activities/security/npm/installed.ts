import type { Side } from '../scan.ts';
import { lockedPackages, type Versions } from './lock.ts';

type Installed = { versions: Versions } | { unavailable: string };

/**
 * What an install without a lock file gave, from the record that npm leaves beside the packages. There is only one install, the
 * commit's; it stands for the base as well where both declare the same dependencies.
 */
export async function installedPackages(side: Side): Promise<Installed> {
  const box = await side.box();
  const record = await box.readText('node_modules/.package-lock.json');
  const versions = record === undefined ? undefined : lockedPackages('package-lock.json', record);
  if (versions === undefined) return { unavailable: 'no lock file is committed, and the install left no record' };
  if (side.which === 'head') return { versions };
  const [base, head] = await Promise.all([side.tree.read('package.json'), box.readText('package.json')]);
  if (declared(base) === declared(head)) return { versions };
  return { unavailable: 'no lock file is committed and the declared dependencies changed' };
}

function declared(text: string | undefined): string {
  try {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(text ?? '{}') as Record<string, unknown>;
    return JSON.stringify([dependencies, devDependencies, optionalDependencies, peerDependencies]);
  } catch {
    return '';
  }
}
