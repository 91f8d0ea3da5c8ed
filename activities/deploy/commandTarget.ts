import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../schemas/failures.ts';
import { releaseEnvironment } from './environment.ts';
import { fenceEnvironment } from './fence.ts';
import { openLedger } from './ledger.ts';
import { exitCodeOf, findLeader, launch, stopAll, tailOf } from './managedProcess.ts';
import { type CheckOuts, checkOutRelease, createProcessTarget, requireTrust } from './processTarget.ts';
import type { ReleaseRecord } from './record.ts';
import type { Target } from './target.ts';

/**
 * Releases by the project's own command, which may put them anywhere. Once started, a command is left to end even when the
 * worker dies, and its exit code is found again; only when the machine died with it must a probe, or a person, say what happened.
 */
export function createCommandTarget({ home, workspaces }: { home: string; workspaces: CheckOuts }): Target {
  const beside = createProcessTarget({ home, workspaces });
  const ledgerOf = (record: ReleaseRecord) => openLedger(home, record);
  const folderOf = (record: ReleaseRecord) => ledgerOf(record).folderOf(record.key);

  const runOnce = async (record: ReleaseRecord, act: Act, signal: AbortSignal): Promise<number | 'unknown'> => {
    const exitFile = join(folderOf(record), `${act.name}.exit`);
    const key = `${record.key}/${act.name}`;
    const done = await exitCodeOf(exitFile);
    if (done !== undefined) return done;
    const logFile = ledgerOf(record).logOf(record.key);
    const startedFile = `${exitFile}.started`;
    if (!(await findLeader(key))) {
      if (await isThere(startedFile)) return 'unknown';
      await writeFile(startedFile, new Date().toISOString(), { flush: true });
      const folder = join(folderOf(record), 'source', record.directory);
      const env = { ...releaseEnvironment(record), ...fenceEnvironment(record.fence), ...act.env };
      await launch({ key, command: act.command, folder, env, logFile, exitFile });
    }
    try {
      for (;;) {
        const code = await exitCodeOf(exitFile);
        if (code !== undefined) return code;
        if (!(await findLeader(key))) return (await exitCodeOf(exitFile)) ?? 'unknown';
        await sleep(100, undefined, { signal });
      }
    } catch (error) {
      await stopAll(key);
      throw error;
    }
  };

  return {
    manner: 'inPlace',

    async prepare(job) {
      requireTrust(job.task.source, 'command');
      const { start, rollback, probe } = job.settings;
      if (!start) throw failure('InvalidConfiguration', `Stage ${job.task.stage.id}: a command deploy needs with.start`);
      // A command that was started is never given a new folder under its feet.
      if ((await exitCodeOf(join(job.ledger.folderOf(job.key), 'deploy.exit'))) === undefined && !(await findLeader(`${job.key}/deploy`))) {
        await checkOutRelease(workspaces, job);
      }
      return { digest: `gitTree:${job.task.source.tree}`, command: start, rollback, probe, directory: job.task.stage.directory };
    },

    async start(record, signal) {
      const code = await runOnce(record, { name: 'deploy', command: record.command ?? '', env: {} }, signal);
      if (code === 0) return 'done';
      const lines = await tailOf(ledgerOf(record).logOf(record.key));
      if (code !== 'unknown') throw failure('DeployFailed', `The deploy command ended with exit code ${code}: ${lines}`);
      const answer = record.probe === undefined ? undefined : await beside.ask(record, record.probe, signal);
      if (answer === 0) return 'done';
      throw failure(
        'DeployFailed',
        answer === undefined
          ? `The deploy command was interrupted and nobody can tell how far it came; a person must look (or set with.probe): ${lines}`
          : `The deploy command was interrupted, and with.probe says that ${record.commit.slice(0, 12)} is not deployed: ${lines}`,
      );
    },

    stop: (record) => stopAll(`${record.key}/deploy`),
    instance: async (record) => record.mark,
    lastLines: (record) => tailOf(ledgerOf(record).logOf(record.key)),
    ask: (record, command, signal) => beside.ask(record, command, signal),
    discard: (record) => beside.discard(record),

    async takeBack(record, previous, signal) {
      await stopAll(`${record.key}/deploy`);
      if (!record.rollback) {
        if (record.mark === undefined) return false;
        throw failure('RollbackFailed', `${record.key} was deployed by a command and has no with.rollback: take it back by hand`);
      }
      const env = { MAINSTAY_PREVIOUS_DIGEST: previous?.digest ?? '', MAINSTAY_PREVIOUS_COMMIT: previous?.commit ?? '' };
      const code = await runOnce(record, { name: 'rollback', command: record.rollback, env }, signal);
      if (code === 0) return true;
      throw failure(
        'RollbackFailed',
        `The rollback command ended with exit code ${code}: ${await tailOf(ledgerOf(record).logOf(record.key))}`,
      );
    },
  };
}

type Act = { name: string; command: string; env: Record<string, string> };

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
