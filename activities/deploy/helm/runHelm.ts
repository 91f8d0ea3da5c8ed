import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { failure } from '../../../schemas/failures.ts';
import { type ClusterAccess, chooseContext, kubeconfigFiles } from '../../lib/cluster/access.ts';

export type HelmCall = {
  access: ClusterAccess;
  context: string | undefined;
  namespace: string;
  /** Folder for what Helm itself keeps; it reads nothing of this user's repositories, plugins and logins. */
  scratch: string;
  /** Names the process on this machine, so that one whose worker was killed is found. */
  mark: string;
  signal: AbortSignal;
};

export type HelmOutcome = { exitCode: number; output: string; complaint: string };

const mostOutput = 32 * 2 ** 20;

/** Runs Helm by argument vector to its end. `ToolMissing` without Helm; a bad exit code is a value. */
export async function runHelm(
  args: readonly string[],
  { access, context, namespace, scratch, mark, signal }: HelmCall,
): Promise<HelmOutcome> {
  await mkdir(scratch, { recursive: true });
  const files = kubeconfigFiles(access);
  const chosen = context === undefined ? [] : [`--kube-context=${chooseContext(access, context).getCurrentContext()}`];
  const result = await execa('helm', [...args, `--namespace=${namespace}`, ...chosen], {
    cwd: scratch,
    // What the kubeconfig's login programs need is in this worker's environment; a chart cannot read it.
    env: {
      ...ownSettings(),
      KUBECONFIG: files.join(delimiter),
      ...places(scratch),
      MAINSTAY_RELEASE: mark,
    },
    reject: false,
    cancelSignal: signal,
    // On SIGTERM Helm takes an unfinished upgrade back.
    forceKillAfterDelay: 20_000,
    maxBuffer: mostOutput,
    stdin: 'ignore',
  });
  signal.throwIfAborted();
  if (result.code === 'ENOENT') throw failure('ToolMissing', missing, { tool: 'helm' });
  return {
    exitCode: result.exitCode ?? 127,
    output: result.stdout,
    complaint: lastLines(result.stderr || result.stdout || result.shortMessage || ''),
  };
}

const missing = 'Helm is not installed on this worker, or not on PATH: get version 3.13 or later from https://helm.sh/docs/intro/install/';

// A driver or a limit of this user's own would hide the releases from those who look.
function ownSettings(): Record<string, string | undefined> {
  const helms = Object.keys(process.env).filter((name) => name.startsWith('HELM_'));
  return Object.fromEntries(helms.map((name) => [name, undefined]));
}

function places(scratch: string): Record<string, string> {
  return {
    HELM_CACHE_HOME: join(scratch, 'cache'),
    HELM_CONFIG_HOME: join(scratch, 'config'),
    HELM_DATA_HOME: join(scratch, 'data'),
    HELM_PLUGINS: join(scratch, 'plugins'),
  };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join(' ').slice(-1000);
}
