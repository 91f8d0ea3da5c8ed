import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { failure } from '../../../schemas/failures.ts';
import type { BoxRequest } from '../box.ts';
import type { BoxFolder } from '../host/boxFolder.ts';
import { descendants } from '../host/descendants.ts';
import { authorityVariables, registryVariables } from '../host/environment.ts';
import type { Enclosure } from '../host/hostDriver.ts';
import { sendTo } from '../host/processes.ts';
import { rlimits } from '../host/rlimits.ts';
import type { Toolchain } from '../host/toolchains.ts';
import { type Identity, boxIdentity } from './identity.ts';
import { boxHome, boxRoot, mountArguments, shownAt } from './mounts.ts';
import { seccompFilter } from './seccomp.ts';

const notices = [
  'the limit on memory is per process and watched in all',
  'no limit on processor time and on disk use in all, only per file',
];

/** Prepares what commands need in a box made by bubblewrap: files, user, filter, environment. */
export async function enclose(folder: BoxFolder, request: BoxRequest, chains: readonly Toolchain[]): Promise<Enclosure> {
  const identity = boxIdentity();
  const etc = await writeEtc(folder.root, identity, request.network);
  const filter = await writeFilter(folder.root);
  const settings = request.network ? { ...authorityVariables(process.env), ...registryVariables(process.env) } : {};
  const limits = { fileBytes: request.limits.diskBytes, processes: request.limits.processes, dataBytes: request.limits.memoryBytes };
  const limit = await rlimits(limits);
  if (identity.hostUid !== undefined) await giveAway(folder, identity.hostUid);

  const files = Object.values(settings).filter((value) => value.startsWith('/'));
  const wrap = [
    ['bwrap', '--die-with-parent', '--new-session', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    request.network ? [] : ['--unshare-net'],
    identity.options,
    mountArguments({ ...folder, etc, toolchains: chains, files, network: request.network }),
    ['--hostname', 'sandbox', ...(filter === undefined ? [] : ['--seccomp', '3']), '--'],
    limit,
    identity.drop,
  ].flat();
  const variables = {
    PATH: [...chains.map((chain) => `${shownAt(chain)}/bin`), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: boxHome,
    TMPDIR: '/tmp',
    CI: 'true',
    LANG: 'C.UTF-8',
    ...settings,
  };

  return {
    notices: filter === undefined ? [...notices, 'no filter on system calls'] : notices,
    root: boxRoot,
    uid: identity.hostUid,
    enter: (line, directory, env) => ({
      // The command's own variables must not reach a program that still has rights: env sets them last.
      argv: [
        'sh',
        '-c',
        filter === undefined ? 'exec "$@"' : 'exec 3<"$0"; exec "$@"',
        filter ?? '',
        ...wrap,
        ...command(line, directory, { ...variables, ...env }),
      ],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    }),
    send(group, _marker, signal) {
      // SIGTERM goes to the commands: at bubblewrap itself it would end them without grace. Its death ends their whole namespace.
      if (signal === 'SIGKILL') sendTo(-group, signal);
      else for (const pid of descendants(group).slice(2)) sendTo(pid, signal);
    },
  };
}

function command(line: readonly string[], directory: string, env: Readonly<Record<string, string>>): string[] {
  const wrong = Object.keys(env).find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (wrong !== undefined) throw failure('InvalidInput', `${JSON.stringify(wrong)} is no name of an environment variable`);
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return ['/usr/bin/env', '-i', ...assignments, 'sh', '-c', 'cd -- "$0" || exit 126; unset OLDPWD; exec "$@"', directory, ...line];
}

async function writeEtc(root: string, { uid }: Identity, network: boolean): Promise<string> {
  const etc = join(root, 'etc');
  await mkdir(etc, { mode: 0o755 });
  const files = {
    passwd: `root:x:0:0::/:/usr/sbin/nologin\nsandbox:x:${uid}:${uid}::${boxHome}:/bin/sh\n`,
    group: `root:x:0:\nsandbox:x:${uid}:\n`,
    hosts: '127.0.0.1 localhost\n::1 localhost\n',
    'nsswitch.conf': `passwd: files\ngroup: files\nhosts: files${network ? ' dns' : ''}\n`,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(etc, name), content, { mode: 0o644 });
  return etc;
}

async function writeFilter(root: string): Promise<string | undefined> {
  const filter = seccompFilter(process.arch);
  if (!filter) return undefined;
  await writeFile(join(root, 'seccomp'), filter);
  return join(root, 'seccomp');
}

async function giveAway(folder: BoxFolder, uid: number): Promise<void> {
  const done = await execa('chown', ['-Rh', `${uid}:${uid}`, folder.workspace, folder.home, folder.tmp], { reject: false });
  if (done.failed) throw failure('SandboxFailed', `the workspace could not be given to the sandbox's user: ${done.stderr}`);
}
