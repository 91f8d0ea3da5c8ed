import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { BoxRequest, SandboxDriver } from '../box.ts';
import type { BoxFolder } from '../host/boxFolder.ts';
import { commandPath } from '../host/commandPath.ts';
import { authorityVariables, registryVariables } from '../host/environment.ts';
import { type Enclosure, createHostDriver } from '../host/hostDriver.ts';
import { boxVariable, signalMarked } from '../host/processes.ts';
import { rlimits } from '../host/rlimits.ts';
import { toolVersions } from '../host/toolchains.ts';
import { remember } from '../remember.ts';

const rememberMs = 60_000;
const notices = ["runs with this user's rights: it can read and write what you can", 'the network is open', 'no limit on processes'];

/** Commands as plain processes of this user, in a copy of the workspace. Only for repositories that the user trusts. */
export function createProcessDriver({ home }: { home: string }): SandboxDriver {
  const path = remember(rememberMs, () => commandPath(process.env));
  return createHostDriver({
    home,
    kind: 'process',
    unavailable: async () => (process.platform === 'win32' ? 'plain processes need a POSIX system; use Docker.' : undefined),
    fingerprint: remember(rememberMs, async () => await toolVersions(await path())),
    enclose: async (folder, request) => await enclose(folder, request, await path()),
  });
}

async function enclose(folder: BoxFolder, request: BoxRequest, path: string): Promise<Enclosure> {
  const limit = [...(await dyingWithWorker()), ...(await rlimits({ fileBytes: request.limits.diskBytes }))];
  const settings = environment(folder, { network: request.network, path });
  return {
    notices,
    root: folder.workspace,
    enter: (line, directory, env, marker) => ({
      argv: ['sh', '-c', 'cd -- "$0" || exit 126; unset OLDPWD; exec "$@"', directory, ...limit, ...line],
      env: { ...settings, ...env, [boxVariable]: marker },
    }),
    send: (group, marker, signal) => signalMarked({ group, marker }, signal),
  };
}

// A killed worker cannot end its commands itself. What a command has started in turn is ended by the reaper of the next worker.
async function dyingWithWorker(): Promise<string[]> {
  const found = await execa('setpriv', ['--pdeathsig', 'KILL', 'true'], { reject: false });
  return found.failed ? [] : ['setpriv', '--pdeathsig', 'KILL', '--'];
}

function environment(folder: BoxFolder, { network, path }: { network: boolean; path: string }): Record<string, string> {
  const rustup = process.env.RUSTUP_HOME ?? join(homedir(), '.rustup');
  return {
    PATH: path,
    HOME: folder.home,
    TMPDIR: folder.tmp,
    CI: 'true',
    LANG: 'C.UTF-8',
    // rustup's proxies look for toolchains in the home folder, which is another one here.
    ...(existsSync(rustup) ? { RUSTUP_HOME: rustup } : {}),
    ...(network ? { ...authorityVariables(process.env), ...registryVariables(process.env) } : {}),
  };
}
