import { access, mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import lockfile from 'proper-lockfile';

const version = { kubernetes: '1.36.3', kwok: '0.8.0' };

export type KubePrograms = { controlPlane: string; kwok: string };

/** The programs of a control plane, built once into the user's cache (about 5 minutes on 2 cores); else the reason why there are none. */
export async function kubePrograms(): Promise<KubePrograms | { missing: string }> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'mainstay', `kube-${version.kubernetes}`);
  const programs = { controlPlane: join(folder, 'control-plane'), kwok: join(folder, 'kwok') };
  if (process.platform === 'win32') return { missing: 'a Kubernetes control plane runs on Linux and macOS' };
  if (await areThere(programs)) return programs;
  const go = await execa('go', ['version'], { reject: false });
  if (go.exitCode !== 0) return { missing: 'Go is not installed, which builds the Kubernetes control plane for these tests' };

  await mkdir(folder, { recursive: true });
  // Two test runs must not build the same thing beside each other.
  const release = await lockfile.lock(folder, { stale: 60_000, retries: { forever: true, minTimeout: 1000, maxTimeout: 1000 } });
  try {
    if (!(await areThere(programs))) await build(programs, folder);
    return programs;
  } catch (error) {
    return { missing: `the Kubernetes control plane could not be built: ${String(error).slice(0, 500)}` };
  } finally {
    await release();
  }
}

async function build({ controlPlane }: KubePrograms, folder: string): Promise<void> {
  const [major, minor] = version.kubernetes.split('.');
  const known = { gitVersion: `v${version.kubernetes}`, gitMajor: major, gitMinor: minor };
  // Without these the parts call themselves v0.0.0, and Helm's version checks refuse them.
  const stamps = Object.entries(known).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  const source = fileURLToPath(new URL('control-plane', import.meta.url));
  const part = `${controlPlane}.part`;
  await execa('go', ['build', '-trimpath', '-ldflags', ['-s', '-w', ...stamps].join(' '), '-o', part, '.'], { cwd: source });
  await rename(part, controlPlane);
  await execa('go', ['install', `sigs.k8s.io/kwok/cmd/kwok@v${version.kwok}`], { env: { GOBIN: folder } });
}

async function areThere({ controlPlane, kwok }: KubePrograms): Promise<boolean> {
  return await Promise.all([access(controlPlane), access(kwok)]).then(
    () => true,
    () => false,
  );
}
