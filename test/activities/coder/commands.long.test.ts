import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type TestRepository, temporaryFolder } from '../../support/gitRepository.ts';
import { kindsHere } from '../../support/sandboxes.ts';
import { coderBench } from './bench.ts';

const files = {
  'src/shop.js': 'one\n',
  'src/old.js': 'old\n',
  'test/open.test.js': 'open\n',
  'bin/run.sh': '#!/bin/sh\necho ran\n',
  '.gitignore': 'dist/\n*.log\n',
};
const guarded = ['test/open.test.js', '.github/**'];
const run = (command: string) => ({ kind: 'run' as const, command });

for (const { kind, missing } of (await kindsHere()).filter(({ kind: each }) => each !== 'process')) {
  describe.skipIf(missing !== undefined)(`a command in a warm box of ${kind}${missing ? ` (${missing})` : ''}`, () => {
    it('commits what it wrote and deleted, and goes on in the same box after edits', async () => {
      const bench = await coderBench({ files, isolation: kind });
      const one = await bench.take(run('echo two > src/shop.js; mkdir -p new/deep; echo n > new/deep/n.js; rm src/old.js; echo x > trace.log; mkdir dist; echo d > dist/d.js; cd /tmp; echo said; echo wrong >&2; exit 3')); // prettier-ignore
      expect(one.headline).toMatch(/^run echo two .*: exit 3$/);
      expect(one.text).toMatch(/Output:\nsaid\nwrong$/);
      expect(one.text).toContain('Committed: changed src/shop.js; created new/deep/n.js; deleted src/old.js.');
      expect(await bench.pathsAt(one.change)).toEqual(['.gitignore', 'bin/run.sh', 'new/deep/n.js', 'src/shop.js', 'test/open.test.js']);

      const edited = await bench.take({ kind: 'edit', path: 'src/shop.js', find: 'two', text: 'three' }, { change: one.change });
      const gone = await bench.take({ kind: 'edit', path: 'new/deep/n.js', text: null }, { change: edited.change });
      const two = await bench.take(run('cat src/shop.js dist/d.js trace.log; ls new/deep src'), { change: gone.change });
      expect(two).toMatchObject({ changed: false, change: gone.change });
      expect(two.text).toMatch(/three\nd\nx\n\nnew\/deep:\n\nsrc:\nshop\.js|three\nd\nx\nnew\/deep:\n\nsrc:\nshop\.js/);
      expect(two.text).toContain('No files changed.');
    });

    it('finds changes whatever time they pretend to have, and moved folders', async () => {
      const bench = await coderBench({ files, isolation: kind });
      const one = await bench.take(
        run('cp -p src/shop.js /tmp/as; printf "ONE\\n" > src/shop.js; touch -r /tmp/as src/shop.js; mv bin tools'),
      );
      expect(await bench.textAt(one.change, 'src/shop.js')).toBe('ONE\n');
      expect(await bench.pathsAt(one.change)).toEqual(['.gitignore', 'src/old.js', 'src/shop.js', 'test/open.test.js', 'tools/run.sh']);
    });

    it('puts protected files back, in any spelling, and tells so', async () => {
      const bench = await coderBench({ files, isolation: kind });
      const one = await bench.take(run('echo cheat > test/open.test.js; mkdir -p .GitHub/workflows; echo x > .GitHub/workflows/ci.yml; echo ok > src/shop.js'), { protected: guarded }); // prettier-ignore
      expect(one.text).toContain('Protected files were put back as they were: test/open.test.js.');
      expect(one.text).toContain('Protected paths cannot be created; these were removed: .GitHub/workflows/ci.yml.');
      expect(await bench.textAt(one.change, 'test/open.test.js')).toBe('open\n');
      expect(await bench.pathsAt(one.change)).not.toContain('.GitHub/workflows/ci.yml');
      const two = await bench.take(run('cat test/open.test.js src/shop.js; ls .GitHub/workflows'), {
        change: one.change,
        protected: guarded,
      });
      expect(two.text).toContain('open\nok');
      expect(two.text).not.toContain('ci.yml\n');

      const three = await bench.take(run('rm -rf test; ln -s src test; echo evil > test/open.test.js'), {
        change: two.change,
        protected: guarded,
      });
      expect(await bench.textAt(three.change, 'test/open.test.js')).toBe('open\n');
      expect((await bench.take(run('cat test/open.test.js'), { change: three.change, protected: guarded })).text).toContain('open');
    });

    it('follows no links, keeps nothing that is no plain text, and survives any name', async () => {
      const bench = await coderBench({ files, isolation: kind });
      const hostile = [
        'ln -s /etc/passwd link; rm src/shop.js; ln -s /etc/passwd src/shop.js; rm src/old.js; mkfifo src/old.js',
        'head -c 2000000 /dev/zero | tr "\\0" a > big.txt; printf "a\\0b" > data.bin; printf "\\377\\376" > latin.txt',
        'echo x > "$(printf "two\\nlines")"; echo x > "-rf"; echo y > "a b\'\\"c"; mkdir -p .git/hooks sub/.git; echo x > .git/hooks/pre-commit; echo x > sub/.git/config; echo s > sub/s.js',
        'mkdir -p node_modules/m __pycache__; echo x > node_modules/m/i.js; echo x > __pycache__/a.pyc; rm bin/run.sh; mkdir bin/run.sh; echo z > bin/run.sh/z.js',
      ];
      const one = await bench.take(run(hostile.join('; ')));
      const paths = await bench.pathsAt(one.change);
      expect(paths).toEqual(
        ['-rf', '.gitignore', 'a b\'"c', 'bin/run.sh/z.js', 'src/old.js', 'src/shop.js', 'sub/s.js', 'test/open.test.js'].sort(),
      );
      expect([await bench.textAt(one.change, 'src/shop.js'), await bench.textAt(one.change, 'src/old.js')]).toEqual(['one\n', 'old\n']);
      expect(one.text).toContain('larger than 1 MiB (they are in this sandbox only): big.txt, data.bin, latin.txt.');
      expect(one.text).toMatch(/no repository can hold such a name on every system: "two\\nlines"/);
      const two = await bench.take(run('cat src/old.js src/shop.js bin/run.sh/z.js; wc -c big.txt'), { change: one.change });
      expect(two.text).toContain('old\none\nz\n2000000 big.txt');
    });

    it('goes on when folders become files and links of the repository go', async () => {
      const prepare = async (repository: TestRepository) => {
        await symlink('shop.js', join(repository.path, 'src/same.js'));
        await repository.commit({});
      };
      const bench = await coderBench({ files, isolation: kind, prepare });
      const one = await bench.take(run('rm src/same.js; rm -rf bin; echo x > bin; mkdir SRC; echo y > SRC/same.js'));
      expect(await bench.pathsAt(one.change)).not.toContain('bin/run.sh');
      expect(one.text).toContain('Links and special files are not kept; what stood there was put back: src/same.js.');
      expect(one.text).toContain('they stand where another file is a folder: bin');
      const two = await bench.take(run('readlink src/same.js; echo x > bin'), { change: one.change });
      expect(two.text).toContain('shop.js');
      expect(await bench.textAt(two.change, 'bin')).toBe('x\n');
    });

    it('keeps nothing of a command that writes too much or prints too much, and goes on from the commit', async () => {
      const bench = await coderBench({ files, isolation: kind });
      const one = await bench.take(run('mkdir m; cd m; seq 1 20000 | xargs touch'));
      expect(one).toMatchObject({ changed: false, change: bench.start });
      expect(one.text).toContain('Nothing of what the command wrote was kept');
      const two = await bench.take(run('head -c 100000000 /dev/zero | tr "\\0" x'));
      expect(two.headline).toMatch(/ended, it printed more than allowed$/);
      expect(two.text.length).toBeLessThan(12_000);
      const three = await bench.take(run('rm -rf ./* .gitignore; echo left > only.js'));
      expect(await bench.pathsAt(three.change)).toEqual(['only.js']);
      expect((await bench.take(run('ls -A; pwd'), { change: three.change })).text).toMatch(/\nonly\.js\n/);
    }, 60_000);

    it('ends a command that takes too long with all that it started, and keeps what it wrote', async () => {
      const bench = await coderBench({ files, isolation: kind });
      const began = performance.now();
      const one = await bench.take(run('echo half > half.js; (setsid sh -c "while :; do date > beat.js; sleep 0.1; done" &) ; sleep 60'), { commandTimeout: '1s' }); // prettier-ignore
      expect(one.headline).toMatch(/ended, it ran longer than 1s$/);
      expect(performance.now() - began).toBeLessThan(15_000);
      expect(await bench.textAt(one.change, 'half.js')).toBe('half\n');
      const two = await bench.take(run('rm -f beat.js; sleep 0.3; ls'), { change: one.change });
      expect(two.text).not.toMatch(/\nbeat\.js\n/);
    }, 30_000);

    it('has nothing of this process and machine in it', async () => {
      const outside = await temporaryFolder();
      await writeFile(join(outside, 'canary'), 'canary-in-a-file');
      process.env.MAINSTAY_CODER_CANARY = 'canary-in-the-environment';
      const bench = await coderBench({ files: { 'src/shop.js': 'canary-in-the-repository\n' }, isolation: kind });
      const looks = `env; cat /proc/*/environ | tr '\\0' '\\n'; cat ${outside}/canary; cat ${bench.repository.path}/src/shop.js; ls -la / /home ${bench.first.home}; cat ${bench.first.home}/mirrors/*/config; timeout 1 sh -c 'exec 3<>/dev/tcp/1.1.1.1/80'`;
      const { text } = await bench.take(run(looks));
      delete process.env.MAINSTAY_CODER_CANARY;
      expect(text).not.toMatch(/canary-in-/);
      expect(text).not.toContain('[core]');
    });
  });
}
