import { execa } from 'execa';
import type { SandboxDriver } from '../box.ts';
import { commandPath } from '../host/commandPath.ts';
import { createHostDriver } from '../host/hostDriver.ts';
import { toolVersions, toolchains } from '../host/toolchains.ts';
import { remember } from '../remember.ts';
import { enclose } from './enclose.ts';
import { boxIdentity } from './identity.ts';

// Asking four toolchains costs a second; a minute later another version may have been installed.
const rememberMs = 60_000;

/** Commands in namespaces of their own, made by bubblewrap: without network, capabilities and sight of this machine's files. Linux only. */
export function createBubblewrapDriver({ home }: { home: string }): SandboxDriver {
  const chains = remember(rememberMs, async () => await toolchains(await commandPath(process.env)));
  return createHostDriver({
    home,
    kind: 'bubblewrap',
    unavailable,
    fingerprint: remember(rememberMs, async () => await toolVersions(await commandPath(process.env))),
    enclose: async (folder, request) => await enclose(folder, request, await chains()),
  });
}

async function unavailable(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'bubblewrap works on Linux only.';
  const version = await execa('bwrap', ['--version'], { reject: false });
  if (version.failed) return 'bubblewrap is not installed (package `bubblewrap`).';
  const { options, drop } = boxIdentity();
  const system = ['--unshare-pid', '--unshare-ipc', '--unshare-net', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'];
  const tried = await execa('bwrap', [...options, ...system, '--', 'prlimit', '--core=0', '--', ...drop, 'true'], { reject: false });
  if (!tried.failed) return undefined;
  return `bubblewrap does not work here (${tried.stderr.trim().split('\n')[0] ?? ''}); let users make namespaces, see the system's notes on unprivileged user namespaces.`;
}
