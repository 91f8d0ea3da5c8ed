import { plainLine } from '../../../schemas/plainText.ts';
import type { Change, ChangedFile, Rule } from '../change.ts';
import { someOf, weighed } from '../comments.ts';
import type { Dependency } from '../dependencies/dependency.ts';
import { manifestReader, readDependencies } from '../dependencies/readManifest.ts';
import { isAside } from '../../lib/languages.ts';
import { lockedPackage } from '../licences/npmLock.ts';
import { licenceText, type LicenceOf } from '../licences/registries.ts';
import { isAllowed } from '../licences/spdx.ts';

type Added = Dependency & { manifest: string };

/** Registries are asked for no longer than this in one review, ms, and about no more packages. */
const askWithinMs = 5000;
const mostAsked = 40;

/** Licences of dependencies that the change brings in: from the lock file, else from the registry; an unknown one is said as unknown. */
export function licences(licenceOf: LicenceOf): Rule {
  return async (change, { licences: { weight, allowed } }) => {
    if (weight === 'off') return [];
    const added = await addedDependencies(change);
    const found = await findLicences(change, added.slice(0, mostAsked), licenceOf);
    const refused: { rule: string; path: string; message: string }[] = [];
    const unknown = added.slice(mostAsked);
    for (const [dependency, licence] of found) {
      if (licence === undefined) unknown.push(dependency);
      else if (!isAllowed(licence, allowed)) {
        const message = `${plainLine(dependency.name)} is new, and its licence ${plainLine(licence, 100)} is not among those allowed.`;
        refused.push({ rule: 'licences', path: dependency.manifest, message });
      }
    }
    const doubt = `The licence of new dependencies is not known: ${someOf(unknown.map(({ name }) => name), 10)}. Look it up before this is shipped.`; // prettier-ignore
    return [
      ...weighed(weight, refused),
      // What a registry that is away cannot tell must not block.
      ...weighed(weight, unknown.length === 0 ? [] : [{ rule: 'licences', path: unknown[0]!.manifest, message: doubt }], 'warn'),
    ];
  };
}

/** Each package once: what no manifest asked for before, where the change touches the manifest. Local packages have no licence of their own. */
async function addedDependencies(change: Change): Promise<Added[]> {
  const manifests = change.files.filter(({ path, status }) => status !== 'deleted' && manifestReader(path) && !isAside(path));
  const known = new Set<string>();
  for (const file of change.files) {
    for (const dependency of await dependenciesBefore(change, file)) known.add(idOf(dependency));
  }
  const added = new Map<string, Added>();
  for (const { path } of manifests) {
    const now = await readDependencies(change.after, path);
    if (now === undefined) change.notice(`${path} cannot be read: its dependencies were not looked at`);
    for (const dependency of now ?? []) {
      if (dependency.development || known.has(idOf(dependency)) || isLocal(dependency)) continue;
      added.set(idOf(dependency), { ...dependency, manifest: path });
    }
  }
  return [...added.values()];
}

async function dependenciesBefore({ before }: Change, { path, from }: ChangedFile): Promise<Dependency[]> {
  const name = from ?? path;
  return manifestReader(name) === undefined ? [] : ((await readDependencies(before, name)) ?? []).filter(({ development }) => !development);
}

function idOf({ ecosystem, name }: Dependency): string {
  return `${ecosystem}:${name}`;
}

function isLocal({ ecosystem, spec }: Dependency): boolean {
  return ecosystem === 'npm' ? /^(?:workspace|file|link|portal):/.test(spec) : /"(?:path|workspace)"\s*:/.test(spec);
}

/** npm's word for what comes from elsewhere than the registry, or under another name. */
const elsewhere = /^(?:git|github|gitlab|bitbucket|https?|npm)[:+]|\//;

async function findLicences(
  { after, signal }: Change,
  added: readonly Added[],
  licenceOf: LicenceOf,
): Promise<(readonly [Added, string | undefined])[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(askWithinMs)]);
  const locks = new Map<string, unknown>();
  return await Promise.all(
    added.map(async (dependency) => {
      const locked = dependency.ecosystem === 'npm' ? await lockedPackage(after, dependency.manifest, dependency.name, locks) : undefined;
      const licence = licenceText(locked?.licence);
      if (licence !== undefined || (dependency.ecosystem === 'npm' && elsewhere.test(dependency.spec)))
        return [dependency, licence] as const;
      return [dependency, await licenceOf(dependency, locked?.version, within)] as const;
    }),
  );
}
