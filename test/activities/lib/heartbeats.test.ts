import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { whileHeartbeating } from '../../../activities/lib/heartbeats.ts';

describe('whileHeartbeating', () => {
  it('beats three times per heartbeat timeout with the end of the output, and stops with the work', async () => {
    const { environment, beats } = watched();
    const answer = await environment.run(() =>
      whileHeartbeating(async (_, progress) => {
        progress('x'.repeat(5000));
        progress('the end');
        await sleep(170);
        return 'done';
      }),
    );
    expect(answer).toBe('done');
    expect(beats.length).toBeGreaterThanOrEqual(3);
    expect(beats.at(-1)).toMatch(/^x{1993}the end$/);
    const heard = beats.length;
    await sleep(120);
    expect(beats).toHaveLength(heard);
  });

  it('stops beating when the work fails', async () => {
    const { environment, beats } = watched();
    await expect(environment.run(() => whileHeartbeating(() => Promise.reject(new Error('broken'))))).rejects.toThrow('broken');
    const heard = beats.length;
    await sleep(120);
    expect(beats).toHaveLength(heard);
  });

  it('hands the cancellation to the work', async () => {
    const { environment } = watched();
    const run = environment.run(() => whileHeartbeating((signal) => sleep(10_000, 'late', { signal })));
    environment.cancel();
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('just runs outside an activity', async () => {
    expect(await whileHeartbeating(async (signal) => signal.aborted)).toBe(false);
  });
});

function watched() {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 150 });
  const beats: string[] = [];
  environment.on('heartbeat', (details: { progress: string }) => beats.push(details.progress));
  return { environment, beats };
}
