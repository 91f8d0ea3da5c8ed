import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../schemas/failures.ts';
import { loopbackUrl, lookAt } from './look.ts';
import type { ReleaseRecord } from './record.ts';
import type { Targets } from './target.ts';

// A service without a port has to live this long before it counts as started.
const shortestLife = 1_000;

/**
 * Waits until a started release is well for the first time, at most `within` ms. Fails with `DeployFailed` when it dies or never
 * answers, with `UnhealthyRelease` when it answers that it is not well; the message ends with the last lines of its log.
 */
export async function waitUntilReady(targets: Targets, record: ReleaseRecord, within: number, signal: AbortSignal): Promise<void> {
  const target = targets[record.target];
  const started = Date.now();
  const lines = async () => {
    const text = await target.lastLines(record);
    return text ? `. It said last:\n${text}` : ', and it printed nothing';
  };
  for (;;) {
    signal.throwIfAborted();
    const sighting = await lookAt(targets, { record, url: loopbackUrl(record) }, signal);
    // Asked after the look, so that a stranger on the port is never taken for a release that has died.
    if ((await target.instance(record)) !== record.mark) {
      throw failure('DeployFailed', `${record.key} died right after its start${await lines()}`);
    }
    const age = Date.now() - started;
    const patientEnough = loopbackUrl(record) !== undefined || record.health.command !== undefined || age >= shortestLife;
    if (sighting.outcome === 'well' && patientEnough) return;
    // A probe that cannot work says nothing against the release; the watch will report that nobody could tell.
    if (sighting.outcome === 'broken' && age >= shortestLife) return;
    if (age > within) {
      const answered = sighting.outcome === 'ill';
      throw failure(
        answered ? 'UnhealthyRelease' : 'DeployFailed',
        `${record.key} was not well within ${within / 1000} s: ${sighting.text}${await lines()}`,
      );
    }
    await sleep(150, undefined, { signal });
  }
}
