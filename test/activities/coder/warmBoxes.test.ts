import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { coderBench, fakeKeyId } from './bench.ts';

const run = (command: string) => ({ kind: 'run' as const, command });
const boxesOf = (home: string) => readdir(join(home, 'boxes')).catch(() => []);

it('keeps one box for a task while the commits go on, and makes a new one for another line of commits', async () => {
  const bench = await coderBench({ files: { 'a.js': 'a\n' } });
  const one = await bench.take(run('echo warm > /tmp/here; echo b > b.js'));
  const [first] = await boxesOf(bench.first.home);
  const edited = await bench.take({ kind: 'edit', path: 'a.js', text: 'c\n' }, { change: one.change });
  expect((await bench.take(run('cat /tmp/here a.js'), { change: edited.change })).text).toContain('warm\nc');
  expect(await boxesOf(bench.first.home)).toEqual([first]);

  const back = await bench.take(run('ls; cat a.js /tmp/here'));
  expect(back.text).toMatch(/Output:\na\.js\na\n/);
  expect(back.text).not.toContain('warm');
  expect(await boxesOf(bench.first.home)).not.toContain(first);
  await bench.first.coder.closeTask({ site: bench.site });
  expect(await boxesOf(bench.first.home)).toEqual([]);
});

it('lets another worker go on from the commit', async () => {
  const bench = await coderBench({ files: { 'a.js': 'a\n', 'run.sh': '#!/bin/sh\necho ran\n' }, prepare: async ({ git }) => {
    await git(['update-index', '--chmod=+x', 'run.sh']);
    await git(['commit', '-qm', 'program']);
  } }); // prettier-ignore
  const one = await bench.take(run('echo b > b.js; echo "#!/bin/sh" > run.sh; echo "echo walked" >> run.sh'));
  const other = await bench.worker();
  const two = await bench.take(run('cat b.js; ./run.sh; echo more >> b.js'), { change: one.change, with: other });
  expect(two.text).toContain('b\nwalked');
  expect(await bench.textAt(two.change, 'b.js')).toBe('b\nmore\n');
});

it('answers a repeated attempt of a command without running it again, here and elsewhere', async () => {
  const bench = await coderBench({ files: { 'a.js': 'a\n' } });
  const one = await bench.take(run('head -c 8 /proc/sys/kernel/random/uuid > a.js'), { number: 3 });
  const two = await bench.take(run('head -c 8 /proc/sys/kernel/random/uuid > a.js'), { number: 3 });
  const three = await bench.take(run('head -c 8 /proc/sys/kernel/random/uuid > a.js'), { number: 3, with: await bench.worker() });
  expect(one.changed).toBe(true);
  expect([two.change, three.change]).toEqual([one.change, one.change]);
  const four = await bench.take(run('head -c 8 /proc/sys/kernel/random/uuid > a.js'), { number: 4 });
  expect(four.change.commit).not.toBe(one.change.commit);
});

it('throws a broken box away and runs the command in a new one', async () => {
  const bench = await coderBench({ files: { 'a.js': 'a\n' } });
  const one = await bench.take(run('echo b > b.js'));
  const [box = ''] = await boxesOf(bench.first.home);
  await rm(join(bench.first.home, 'boxes', box), { recursive: true });
  const two = await bench.take(run('cat a.js b.js'), { change: one.change });
  expect(two.text).toContain('exit 0');
  expect(two.text).toContain('a\nb');
  expect(await boxesOf(bench.first.home)).not.toContain(box);
});

it('does not run anything while a changed file holds a secret', async () => {
  const bench = await coderBench({ files: { 'a.js': 'a\n' } });
  const words = { title: 'x', by: { agent: 'tester@1', mind: 'person' }, task: 'r/t1', at: '2030-01-01T00:00:00Z' };
  const files = [{ path: 'key.js', text: `export const key = '${fakeKeyId}';\n` }];
  const change = await bench.first.commits.commit({ source: bench.site.source, on: bench.start, files, words });
  const one = await bench.take(run('echo ran > ran.js'), { change });
  expect(one).toMatchObject({ changed: false, headline: 'run echo ran > ran.js: not done' });
  expect(one.text).toContain('key.js line 1 holds what looks like a secret');
  expect(one.text).not.toContain(fakeKeyId);
  const taken = await bench.take({ kind: 'edit', path: 'key.js', text: null }, { change });
  expect((await bench.take(run('echo ran > ran.js'), { change: taken.change })).changed).toBe(true);
});

it('keeps a secret that a command wrote out of the commit, and puts the file back', async () => {
  const bench = await coderBench({ files: { 'a.js': 'a\n' } });
  const one = await bench.take(run('printf "key = \\"AKIA%s\\"\\n" IOSFODNN7ABCDEFG > a.js; echo ok > b.js'));
  expect(one.text).toContain('a.js line 1 holds what looks like a secret');
  expect(one.text).not.toMatch(/AKIAIO/);
  expect(await bench.textAt(one.change, 'a.js')).toBe('a\n');
  expect((await bench.take(run('cat a.js b.js'), { change: one.change })).text).toContain('a\nok');
});

it('kills the command when it is cancelled, and the next one starts from the commit', async () => {
  const bench = await coderBench({ files: { 'a.js': 'a\n' } });
  const done = await bench.take({ kind: 'done', summary: '' });
  const step = await bench.store.put(JSON.stringify(run('echo up; echo half > half.js; sleep 60')), 'application/json');
  const activity = new MockActivityEnvironment({ heartbeatTimeoutMs: 300 });
  activity.on('heartbeat', ({ progress }: { progress: string }) => {
    if (progress.includes('up')) activity.cancel('CANCELLED');
  });
  const began = performance.now();
  await expect(activity.run(() => bench.first.coder.takeStep({ ...done.order, step }))).rejects.toThrow(/CANCELLED/i);
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(await boxesOf(bench.first.home)).toEqual([]);
  expect((await bench.take(run('ls'))).text).toMatch(/Output:\na\.js$/);
});

it('waits for the step before when two come at once', async () => {
  const bench = await coderBench({ files: { 'a.js': 'a\n' } });
  const [one, two] = await Promise.all([bench.take(run('sleep 0.3; echo 1 > one.js')), bench.take(run('ls; echo 2 > two.js'))]);
  expect(await bench.pathsAt(one.change)).toEqual(['a.js', 'one.js']);
  expect(await bench.pathsAt(two.change)).toEqual(['a.js', 'two.js']);
});
