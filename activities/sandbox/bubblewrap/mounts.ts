import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import type { Toolchain } from '../host/toolchains.ts';

/** Where a box's home folder is. */
export const boxHome = '/home/sandbox';
/** Where a box's workspace is. */
export const boxRoot = '/workspace';

const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
// What programs need to load and to verify; nothing of users, hosts and services. Private keys below /etc/ssl stay out.
const systemFiles = [
  [
    '/etc/ssl/certs',
    '/etc/ssl/openssl.cnf',
    '/etc/pki/tls/certs',
    '/etc/pki/ca-trust/extracted',
    '/etc/ca-certificates',
    '/etc/alternatives',
  ],
  ['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/localtime', '/etc/mime.types'],
].flat();

export type Mounts = {
  /** Folders of this machine that become the box's own. */
  workspace: string;
  home: string;
  tmp: string;
  /** Folder with the box's `passwd`, `group`, `hosts`, `nsswitch.conf`. */
  etc: string;
  toolchains: readonly Toolchain[];
  /** Further files to show at their own path, read-only. */
  files: readonly string[];
  network: boolean;
};

const shmBytes = 256 * 2 ** 20;

/**
 * Where a box shows a toolchain: at its own path, or in a folder beside the system's where the box's own folders would cover that. Not within those: what
 * ran in the box before may have put a link there, which the mount would follow.
 */
export function shownAt({ prefix }: Toolchain): string {
  const isCovered = ['/tmp', boxHome, boxRoot].some((own) => prefix === own || prefix.startsWith(`${own}/`));
  return isCovered ? `/opt/mainstay/${createHash('sha256').update(prefix).digest('hex').slice(0, 12)}` : prefix;
}

/** bubblewrap's arguments for the file system of a box: the system read-only, workspace, home and /tmp its own, nothing else of this machine. */
export function mountArguments(mounts: Mounts): string[] {
  const further = [
    ...mounts.toolchains.map((chain) => ({ from: chain.prefix, to: shownAt(chain) })),
    ...mounts.files.map((path) => ({ from: path, to: path })),
  ].filter(({ from }) => !isShown(from));
  const shown = [...systemFiles.map((path) => ({ from: path, to: path })), ...further]
    .filter(({ from }) => existsSync(from))
    .map(({ from, to }) => ({ from: realpathSync(from), to }));
  const own = ['passwd', 'group', 'hosts', 'nsswitch.conf'].map((name) => ({ from: `${mounts.etc}/${name}`, to: `/etc/${name}` }));
  const resolver =
    mounts.network && existsSync('/etc/resolv.conf') ? [{ from: realpathSync('/etc/resolv.conf'), to: '/etc/resolv.conf' }] : [];
  const readOnly = [...shown, ...own, ...resolver];
  return [
    ['--ro-bind', '/usr', '/usr'],
    systemFolders.flatMap(systemFolder),
    parents([...readOnly.map((mount) => mount.to), boxHome]).flatMap((folder) => ['--perms', '0755', '--dir', folder]),
    readOnly.flatMap((mount) => ['--ro-bind', mount.from, mount.to]),
    ['--proc', '/proc', '--dev', '/dev', '--perms', '1777', '--size', String(shmBytes), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ['--bind', mounts.tmp, '/tmp', '--bind', mounts.home, boxHome, '--bind', mounts.workspace, boxRoot],
    ['--remount-ro', '/'],
  ].flat();
}

/** Folders above these paths, outermost first: bubblewrap would make them for its own user only. */
function parents(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) =>
    path
      .split('/')
      .slice(1, -1)
      .map((_part, index, parts) => `/${parts.slice(0, index + 1).join('/')}`),
  );
  return [...new Set(folders)].sort();
}

function systemFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

function isShown(path: string): boolean {
  return ['/usr/', '/etc/ssl/certs/', '/etc/pki/'].some((folder) => path.startsWith(folder));
}
