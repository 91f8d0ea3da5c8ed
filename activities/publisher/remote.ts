import { authorizing, type Credentials } from '../../repository/credentials.ts';
import { type Git, lastLine } from '../../repository/git.ts';
import { openLocal } from '../../repository/local.ts';
import type { RepositoryLocation } from '../../repository/location.ts';
import { servingSide } from '../../repository/mirror.ts';
import { unreachable } from '../../repository/refList.ts';
import { failure } from '../../schemas/failures.ts';
import { plainLine } from '../../schemas/plainText.ts';

/** A repository as pushes reach it, from a mirror. */
export type Remote = {
  /** Commits of exactly these refs; those that are not there are left out. Fails as `openLocal` and `unreachable` say. */
  tips(refs: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Sets refs, all or none, where they still are what `from` says; undefined takes one away. `lost`: somebody else was there meanwhile.
   * `refused`: the repository takes no such push, and why. Fails with `SourceUnreachable` when it did not answer.
   */
  push(updates: readonly RefUpdate[]): Promise<{ kind: 'done' } | { kind: 'lost' } | { kind: 'refused'; reason: string }>;
};
export type RefUpdate = { ref: string; from: string | undefined; to: string | undefined };

// What would run programs that the repository's own configuration names, for as long as a push is received.
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=',
  'core.alternateRefsCommand=true',
  'receive.denyCurrentBranch=refuse',
  'receive.autogc=false',
  'gc.auto=0',
];
const receivingSide = `env GIT_ALLOW_PROTOCOL= git -c 'safe.directory=*' ${settings.map((setting) => `-c ${setting}`).join(' ')} receive-pack`;

type Reaching = { location: RepositoryLocation; credentials?: Credentials; signal?: AbortSignal };

/** `git` is that of the mirror which holds what is pushed. */
export function openRemote(git: Git, { location, credentials, signal }: Reaching): Remote {
  const { remote, transport } = location;
  const isLocal = transport === 'file';

  return {
    async tips(refs) {
      if (isLocal) await openLocal(location, signal);
      const env = await authorizing(location, credentials);
      const serving = isLocal ? [`--upload-pack=${servingSide}`] : [];
      const listed = await git.attempt(['ls-remote', '--quiet', ...serving, '--', remote, ...refs], { transport, env });
      if (listed.exitCode !== 0) throw unreachable(location, listed.error);
      const lines = listed.output.toString('utf8').split('\n');
      // git takes each name for the end of one, so that others may be among what it answers.
      return new Map(lines.flatMap((line) => refs.flatMap((ref) => (line.endsWith(`\t${ref}`) ? [[ref, line.split('\t')[0] ?? '']] : []))));
    },

    async push(updates) {
      const env = await authorizing(location, credentials);
      const leases = updates.map(({ ref, from = '' }) => `--force-with-lease=${ref}:${from}`);
      const receiving = isLocal ? [`--receive-pack=${receivingSide}`] : [];
      const options = ['--porcelain', '--no-verify', '--atomic', ...receiving, ...leases];
      const specs = updates.map(({ ref, to = '' }) => `${to}:${ref}`);
      const pushed = await git.attempt(['push', ...options, '--', remote, ...specs], { transport, env });
      if (pushed.exitCode === 0) return { kind: 'done' };
      const said = `${pushed.output.toString('utf8')}\n${pushed.error}`;
      if (isRace.test(said)) return { kind: 'lost' };
      if (!isRefusal.test(said))
        throw failure('SourceUnreachable', `${location.repository} did not take the push: ${lastLine(pushed.error)}`);
      return { kind: 'refused', reason: reasonIn(said) };
    },
  };
}

const isRace =
  /\[rejected\] \((?:stale info|fetch first|already exists)\)|but expected|incorrect old value|reference already exists|\.lock': File exists/;

// Too many requests and a timeout of the server's are no refusals.
const isRefusal =
  /remote rejected|returned error: 4(?!08|29)\d\d|could not read Username|Authentication failed|permission denied|Read-only file system|unable to create temporary|insufficient permission|unpacker error|unpack failed|not found|shallow update not allowed/i;

/** The line of git's answer that tells most. */
function reasonIn(said: string): string {
  const lines = said.split('\n').map((line) => line.replace(/^(?:fatal|error): /, '').trim());
  const rejected = lines.map((line) => /\[remote rejected\] \((?!atomic)(.+)\)$/.exec(line)?.[1]).find(Boolean);
  const told = lines.findLast((line) => /^remote: ./.test(line) && !/unpack|create a pull request/i.test(line));
  const words = rejected ?? told?.slice('remote: '.length) ?? lines.findLast((line) => isRefusal.test(line)) ?? 'no reason given';
  return plainLine(rejected !== undefined && told !== undefined ? `${words}: ${told.slice('remote: '.length)}` : words);
}
