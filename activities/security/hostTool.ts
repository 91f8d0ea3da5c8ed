import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { Side } from './scan.ts';

/** The part of the worker's environment that host tools get. */
export type HostEnv = Readonly<Record<string, string | undefined>>;

export type ToolCall = {
  command: string;
  args: readonly string[];
  side: Pick<Side, 'signal' | 'scratch'>;
  env: HostEnv;
  timeoutMs: number;
};

export type ToolOutput = { stdout: string; stderr: string; exitCode: number | undefined; problem?: string };

const passed =
  /^(?:PATH|HOME|LANG|TMPDIR|XDG_.*|https?_proxy|no_proxy|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/i;
const maxOutputBytes = 64 * 2 ** 20;

/**
 * Runs a tool of this machine outside any box; it only reads. Undefined when it is not installed. It starts in the scratch folder, so
 * that nothing of the repository is taken for its configuration, and gets no variable but those it needs and those that `tokens` name.
 */
export async function runHostTool(call: ToolCall, tokens: readonly string[] = []): Promise<ToolOutput | undefined> {
  const env = Object.fromEntries(Object.entries(call.env).filter(([name]) => passed.test(name) || tokens.includes(name)));
  const result = await execa(call.command, call.args, {
    cwd: call.side.scratch,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: call.timeoutMs,
    maxBuffer: maxOutputBytes,
    cancelSignal: call.side.signal,
    forceKillAfterDelay: 5000,
  });
  call.side.signal.throwIfAborted();
  if (result.code === 'ENOENT') return undefined;
  const problem = result.timedOut
    ? `it ran longer than ${Math.round(call.timeoutMs / 1000)} s`
    : result.isMaxBuffer
      ? 'it printed more than 64 MiB'
      : undefined;
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode, problem };
}

/** True when the worker's PATH has the program. */
export async function isInstalled(program: string, { PATH = '' }: HostEnv): Promise<boolean> {
  const tries = PATH.split(delimiter).map((folder) => access(join(folder, program), constants.X_OK).then(() => true, () => false)); // prettier-ignore
  return (await Promise.all(tries)).includes(true);
}
