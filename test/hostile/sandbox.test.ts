import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Box, SandboxDriver } from '../../activities/sandbox/box.ts';
import { kindsHere, makeBench } from '../support/sandboxes.ts';

const minute = 60_000;
const mebibyte = 2 ** 20;

for (const { kind, missing } of (await kindsHere()).filter((each) => each.kind !== 'process')) {
  describe.skipIf(missing !== undefined)(`hostile code in a box of ${kind}${missing ? ` (${missing})` : ''}`, () => {
    let bench: Awaited<ReturnType<typeof makeBench>>;
    let driver: SandboxDriver;
    let shared: Box;

    beforeAll(async () => {
      bench = await makeBench();
      driver = (await bench.choose(kind, false)).driver;
      shared = await bench.box(driver);
    });
    afterAll(async () => await bench.close());

    it('a fork bomb stays within its number of processes and is gone after its time', async () => {
      const box = await bench.box(driver);
      const before = processes();
      const most = watch(() => processes() - before);
      const result = await box.run({ command: ['python3', '-c', forkBomb], timeoutMs: 1500 });
      expect(result.endedBy).toBe('timeout');
      const reached = most.stop();
      expect(reached).toBeGreaterThan(90);
      expect(reached).toBeLessThan(300);
      await responsive();
      expect((await box.run({ command: 'echo alive', timeoutMs: minute })).stdout).toBe('alive\n');
      expect(processes() - before).toBeLessThan(60);
    });

    it.each([
      { what: 'one process', command: 'node -e "const a = []; for (;;) a.push(Buffer.alloc(2 ** 24, 1))"' },
      { what: 'many processes', reason: 'memory', command: manyProcesses },
      { what: 'shared memory', reason: 'memory', command: sharedMemory },
    ])('a memory bomb of $what is ended', async ({ reason, command }) => {
      const box = await bench.box(driver);
      const free = freemem();
      const taken = watch(() => free - freemem());
      const result = await box.run({ command, timeoutMs: minute });
      expect(result.exitCode).not.toBe(0);
      // One process alone may also be told by the kernel that there is no more.
      if (reason !== undefined) expect(result.endedBy).toBe(reason);
      expect(result.endedBy).not.toBe('timeout');
      expect(taken.stop()).toBeLessThan(1_800 * mebibyte);
      await responsive();
    });

    it('a spin of four processes ends with its time', async () => {
      const box = await bench.box(driver);
      const spin = 'spin() { while :; do :; done; }; spin & spin & spin & spin';
      const result = await box.run({ command: spin, timeoutMs: 1000 });
      expect(result.endedBy).toBe('timeout');
      await responsive();
    });

    it.each([
      ['a sparse file of 100 GB', 'truncate -s 100G big'],
      ['a file above the limit', 'dd if=/dev/zero of=big bs=1M count=300 2>/dev/null'],
      [
        'files outside the workspace',
        'touch /x /usr/x /usr/bin/x /etc/x /var/x /root/x /dev/x /proc/x 2>/dev/null || true; ls /x /usr/x /usr/bin/x /etc/x /var/x /root/x /dev/x',
      ],
      ['/etc/shadow', 'grep -v "[*!]" /etc/shadow'],
      ['kernel settings', 'echo pwned > /proc/sys/kernel/hostname || echo 1 > /proc/sysrq-trigger'],
      ['a mount', 'mkdir -p /tmp/m && mount -t tmpfs none /tmp/m'],
      ['a bind mount', 'mkdir -p /tmp/m && mount --bind / /tmp/m'],
      ['a user namespace', 'unshare --user --map-root-user true'],
      ['a mount namespace', 'unshare --mount true'],
      ['another root', '/usr/sbin/chroot / true'],
      ['a trace of the first process', trace],
      ['the kernel keyring', syscall(process.arch === 'arm64' ? 219 : 250, '0, -3, 1')],
      ['a BPF program', syscall(process.arch === 'arm64' ? 280 : 321, '0, 0, 0')],
      ['a page fault handler', syscall(process.arch === 'arm64' ? 282 : 323, '0')],
      ['a device node', 'mknod sda b 8 0'],
      ['a file of another owner', 'touch own && chown 0:0 own'],
      ['the Docker daemon', 'test -S /var/run/docker.sock || test -S /run/docker.sock'],
      ['control groups', 'd=$(mktemp -d) && mount -t cgroup -o memory none $d || mkdir /sys/fs/cgroup/memory/x'],
    ])('is refused %s', async (_what, command) => {
      const result = await shared.run({ command, timeoutMs: minute });
      expect(result.exitCode, result.tail).not.toBe(0);
      expect(result.exitCode, result.tail).not.toBe(127);
      expect(result.endedBy).toBeUndefined();
    });

    it('does not see the files of this machine', async () => {
      const secret = join(bench.home, 'secret.txt');
      await writeFile(secret, 'canary');
      const box = await bench.box(driver);
      const lines = [
        `cat ${secret}`,
        `cat /proc/1/root${secret}`,
        `ls ${bench.home}`,
        'cat /proc/1/environ',
        'ls /proc | grep -c "^[0-9]"',
        'env',
      ];
      const result = await box.run({ command: lines.map((line) => `(${line}) 2>&1`).join('; '), timeoutMs: minute });
      expect(result.stdout).not.toContain('canary');
      expect(result.stdout).not.toContain('source-');
      expect(result.stdout.match(/^\d+$/m)?.[0]).toMatch(/^\d$/);
    });

    it('has no rights at all', async () => {
      const box = await bench.box(driver);
      const { stdout } = await box.run({ command: 'cat /proc/self/status; id -u', timeoutMs: minute });
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(stdout).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
      expect(stdout).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(stdout).toMatch(/^Seccomp:\s+2$/m);
      expect(stdout.trim().split('\n').at(-1)).not.toBe('0');
    });

    it('opens no more files than its limit', async () => {
      const box = await bench.box(driver);
      const flood =
        'files = []\ntry:\n  while True: files.append(open("/dev/null"))\nexcept OSError as e: print(e.errno, len(files) < 4096)';
      expect((await box.run({ command: ['python3', '-c', flood], timeoutMs: minute })).stdout).toBe('24 True\n');
    });

    it('cannot hide a file from its removal', async () => {
      const box = await bench.box(driver);
      await box.run({ command: 'mkdir -p a/b && touch a/b/c && chmod 000 a/b a', timeoutMs: minute });
      await box.close();
    });
  });
}

const forkBomb = 'import os, time\nwhile True:\n  try: os.fork()\n  except OSError: time.sleep(0.01)';
const manyProcesses = 'for i in 1 2 3 4 5 6; do python3 -c "a = bytearray(200 << 20); import time; time.sleep(8)" & done; wait; exit 1';
const sharedMemory = `python3 -c "import mmap, time; m = mmap.mmap(-1, 2 << 30); [m.write(b'x' * (1 << 20)) for _ in range(1500)]; time.sleep(8)"`;
const trace = `python3 -c "import ctypes, sys; sys.exit(1 if ctypes.CDLL(None).ptrace(16, 1, 0, 0) else 0)"`;

function syscall(number: number, args: string): string {
  return `python3 -c "import ctypes, sys; sys.exit(1 if ctypes.CDLL(None).syscall(${number}, ${args}) < 0 else 0)"`;
}

function processes(): number {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
}

/** Samples a figure until it is stopped, and then answers its highest value. */
function watch(figure: () => number): { stop(): number } {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, figure())), 50);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

/** This machine still starts a program within seconds. */
async function responsive(): Promise<void> {
  const startedAt = Date.now();
  await execa('true');
  expect(Date.now() - startedAt).toBeLessThan(5_000);
}
