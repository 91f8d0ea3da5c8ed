import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { askVersion, obtainedVersion } from './cliVersion.ts';

export type GoInstall = { goCommand?: string; env: Record<string, string | undefined>; signal?: AbortSignal | undefined };

/** The command that builds the CLI from its Go module. Its version is a link-time setting, which `go install` leaves empty. */
export function goInstallCommand(goBin: string): { args: string[]; env: { GOBIN: string } } {
  const ldflags = `-X github.com/temporalio/cli/temporalcli.Version=${obtainedVersion}`;
  return {
    args: ['install', '-v', '-ldflags', ldflags, `github.com/temporalio/cli/cmd/temporal@${obtainedVersionTag}`],
    env: { GOBIN: goBin },
  };
}

const obtainedVersionTag = `v${obtainedVersion}`;

/** Builds the CLI with Go and puts it at `target`; answers the reason in words when that cannot be done. */
export async function installWithGo(
  target: string,
  { goCommand = 'go', env, signal }: GoInstall,
  progress: (text: string) => void,
): Promise<{ problem: string } | undefined> {
  const version = await execa(goCommand, ['version'], { env, extendEnv: false, reject: false });
  if (version.failed) return { problem: 'Go is not installed' };

  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(join(dirname(target), 'go-'));
  try {
    const command = goInstallCommand(scratch);
    const build = execa(goCommand, command.args, {
      env: { ...env, ...command.env },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      cancelSignal: signal,
    });
    let packages = 0;
    for await (const line of build.iterable({ from: 'stderr' })) {
      if (/^[\w.]+(\/|$)/.test(line)) packages += 1;
      if (packages % 100 === 1 || line.startsWith('go: ')) progress(`building temporal ${obtainedVersion} with Go: ${line}`);
    }
    const result = await build;
    signal?.throwIfAborted();
    if (result.failed) return { problem: `go install failed: ${result.shortMessage?.split('\n')[0]}` };
    const built = await askVersion(join(scratch, 'temporal'));
    if ('problem' in built) return { problem: `the built CLI ${built.problem}` };
    await rename(join(scratch, 'temporal'), target);
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
