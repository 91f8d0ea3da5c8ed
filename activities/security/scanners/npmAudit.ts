import type { NodePackage, Project } from '../../../repository/project.ts';
import { fingerprintOf, severityOf, type SecurityFinding } from '../finding.ts';
import type { HostEnv } from '../hostTool.ts';
import { affecting, askAdvisories, type Advisories } from '../npm/advisories.ts';
import { installedPackages } from '../npm/installed.ts';
import { lockedPackages, lockNames, type Versions } from '../npm/lock.ts';
import { npmRegistryOf } from '../npm/registry.ts';
import type { Scan, Scanner, Side } from '../scan.ts';

export type NpmAuditSettings = { env: HostEnv; timeoutMs: number; npmRegistry?: string };

/** Known vulnerabilities of npm packages, asked from the registry as `npm audit` does, for every lock file. Runs no package manager in the repository. */
export function npmAudit(settings: NpmAuditSettings): Scanner {
  return {
    name: 'npm audit',
    optional: false,
    applies: (project: Project) => project.packages.some((pkg) => pkg.language === 'node' && hasDependencies(pkg)),
    scan: (side) => scan(side, settings),
  };
}

function hasDependencies({ dependencies }: NodePackage): boolean {
  return Object.keys(dependencies).length > 0;
}

async function scan(side: Side, { env, timeoutMs, npmRegistry }: NpmAuditSettings): Promise<Scan> {
  const registry = npmRegistry ?? (await npmRegistryOf(side, env));
  if (registry === undefined) return { unavailable: 'npm is not installed, so its registry is not known', missing: true };
  const ask = (sets: readonly PackageSet[]) =>
    askAdvisories({ registry, versions: sets.map(({ versions }) => versions), signal: side.signal, timeoutMs });

  const locked = await lockedSets(side);
  if ('unavailable' in locked) return locked;
  if (locked.sets.length === 0) {
    // The install behind the next step may take minutes, for nothing where the registry does not answer.
    const answers = await ask([]);
    if ('unavailable' in answers) return answers;
    const installed = await installedPackages(side);
    if ('unavailable' in installed) return installed;
    locked.sets.push({ path: 'package.json', text: '', versions: installed.versions });
  }
  const asked = await ask(locked.sets);
  if ('unavailable' in asked) return asked;
  return { findings: locked.sets.flatMap(({ path, versions, text }) => findingsIn(path, versions, text, asked.advisories)) };
}

type PackageSet = { path: string; text: string; versions: Versions };

async function lockedSets(side: Side): Promise<{ sets: PackageSet[] } | { unavailable: string }> {
  const locks = (await side.tree.list()).filter((path) => lockNames.test(path) && !path.includes('node_modules/'));
  const sets: PackageSet[] = [];
  for (const path of locks) {
    const text = await side.tree.read(path, 32 * 2 ** 20);
    const versions = text === undefined ? undefined : lockedPackages(path, text);
    if (text === undefined || versions === undefined) return { unavailable: `${path} cannot be read` };
    sets.push({ path, text, versions });
  }
  return { sets };
}

function findingsIn(path: string, versions: Versions, text: string, advisories: Advisories): SecurityFinding[] {
  return [...versions].flatMap(([name, present]) =>
    affecting(advisories, name, present).map(({ rule, severity, title, vulnerable_versions, affected }) => ({
      scanner: 'npm audit',
      rule,
      severity: severityOf(severity),
      path,
      line: lineOf(text, name),
      subject: name,
      message: `${title} (${name} ${affected.join(', ')}; affects ${vulnerable_versions})`,
      fingerprint: fingerprintOf(rule, name),
    })),
  );
}

/** Where the lock file names the package. */
function lineOf(text: string, name: string): number | undefined {
  const at = [`node_modules/${name}"`, `"${name}@`, `\n${name}@`, `/${name}@`, `'${name}@`, ` ${name}@`]
    .map((key) => text.indexOf(key))
    .find((index) => index >= 0);
  return at === undefined ? undefined : text.slice(0, at + 1).split('\n').length;
}
