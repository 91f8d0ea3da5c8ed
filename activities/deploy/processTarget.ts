import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { failure } from '../../schemas/failures.ts';
import type { Source } from '../../schemas/source.ts';
import type { Workspaces } from '../lib/workspaces.ts';
import { releaseEnvironment } from './environment.ts';
import type { ReleaseJob } from './job.ts';
import { openLedger } from './ledger.ts';
import { exitCodeOf, findLeader, launch, stopAll, tailOf } from './managedProcess.ts';
import type { ReleaseRecord } from './record.ts';
import { runtimeDependencies, startCommandOf } from './startCommand.ts';
import type { Target } from './target.ts';

/** Puts the files of a commit into an empty folder. */
export type CheckOuts = Pick<Workspaces, 'checkOut'>;

/** Releases as processes of this machine that outlive the worker. Only for trusted repositories: they have this user's rights. */
export function createProcessTarget({ home, workspaces }: { home: string; workspaces: CheckOuts }): Target {
  const folderOf = (record: ReleaseRecord) => openLedger(home, record).folderOf(record.key);
  const logOf = (record: ReleaseRecord) => openLedger(home, record).logOf(record.key);

  return {
    manner: 'beside',

    async prepare(job) {
      requireTrust(job.task.source, 'process');
      const folder = await checkOutRelease(workspaces, job);
      const service = join(folder, job.task.stage.directory);
      const command = job.settings.start ?? (await startCommandOf(service));
      if (!command) {
        throw failure('InvalidConfiguration', `Stage ${job.task.stage.id}: nothing says how the service starts; set with.start`);
      }
      if (await runtimeDependencies(service).then(({ length }) => length > 0)) await installForProduction(service, job.signal);
      return { digest: `gitTree:${job.task.source.tree}`, command, directory: job.task.stage.directory };
    },

    async start(record) {
      const running = await findLeader(record.key);
      if (running) return running.mark;
      const folder = folderOf(record);
      return await launch({
        key: record.key,
        command: record.command ?? '',
        folder: join(folder, 'source', record.directory),
        env: releaseEnvironment(record),
        logFile: logOf(record),
        exitFile: join(folder, 'exit'),
      });
    },

    stop: (record) => stopAll(record.key, record.mark),
    instance: async (record) => (await findLeader(record.key))?.mark,

    async lastLines(record) {
      const code = await exitCodeOf(join(folderOf(record), 'exit'));
      const lines = await tailOf(logOf(record));
      return code === undefined ? lines : `${lines}\n(exit code ${code})`.trimStart();
    },

    async ask(record, command, signal) {
      const cwd = join(folderOf(record), 'source', record.directory);
      return await runToEnd(command, cwd, releaseEnvironment(record), signal);
    },

    discard: async (record) => rm(folderOf(record), { recursive: true, force: true }),
  };
}

/** Fails with `IsolationUnavailable` unless a person vouched for the repository. */
export function requireTrust(source: Source, target: string): void {
  if (source.trusted) return;
  throw failure(
    'IsolationUnavailable',
    `A ${target} deploy runs with this user's rights, and nobody vouched for ${source.slug}: start the run with --trusted, or deploy to docker`,
  );
}

/** The commit's files in the release's own folder; what an attempt that died left there is thrown away. */
export async function checkOutRelease(workspaces: CheckOuts, { task, ledger, key, signal }: ReleaseJob): Promise<string> {
  const folder = join(ledger.folderOf(key), 'source');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await workspaces.checkOut(task.source, folder, signal);
  return folder;
}

/** Runs a shell line to its end without its output; answers the exit code, 127 when it was ended from outside. */
async function runToEnd(command: string, cwd: string, env: Record<string, string>, signal: AbortSignal): Promise<number> {
  const options = { cwd, env, extendEnv: false, reject: false, cancelSignal: signal, stdio: 'ignore', timeout: 30_000 } as const;
  const { exitCode } = await execa('/bin/sh', ['-c', command], options);
  return exitCode ?? 127;
}

// Scripts of packages stay off: they ran, if at all, in the sandbox where the project was tested.
async function installForProduction(folder: string, signal: AbortSignal): Promise<void> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' };
  const locked = await access(join(folder, 'package-lock.json')).then(
    () => true,
    () => false,
  );
  const args = [
    ...(locked ? ['ci'] : ['install', '--no-package-lock']),
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const result = await execa('npm', args, { cwd: folder, env, reject: false, cancelSignal: signal, all: true });
  if (result.exitCode === 0) return;
  signal.throwIfAborted();
  throw failure('DependencyInstallFailed', `npm could not install what the release needs: ${(result.all ?? result.message).slice(-1500)}`);
}
