import { failure } from '../schemas/failures.ts';
import { obtainedVersion } from './cliVersion.ts';
import { downloadCli } from './download.ts';
import { installWithGo } from './goInstall.ts';
import { cachedCli, findTemporalCli, type CliPlaces, type RejectedCli } from './locate.ts';

export type Obtain = CliPlaces & {
  progress: (text: string) => void;
  signal?: AbortSignal | undefined;
  /** Where the archive is fetched from, for mirrors. */
  downloadSite?: string | undefined;
  goCommand?: string;
};

/**
 * Path of a usable Temporal CLI: the setting, PATH, the cache, the official download, a build with Go.
 * `ToolMissing` when the setting is wrong, `EngineUnavailable` with the three ways out when nothing helps.
 */
export async function obtainTemporalCli(wanted: Obtain): Promise<string> {
  const search = await findTemporalCli(wanted);
  if (search.found) return search.found.path;
  const wrong = search.rejected.find((cli) => cli.from === 'MAINSTAY_TEMPORAL_CLI');
  if (wrong) throw failure('ToolMissing', `MAINSTAY_TEMPORAL_CLI: ${wrong.path} ${wrong.problem}; name another file or unset it`);

  const problems = search.rejected.map((cli: RejectedCli) => `${cli.path} ${cli.problem}`);
  const target = cachedCli(wanted.home);
  for (const way of [download, build]) {
    const failed = await way(target, wanted);
    if (!failed) return target;
    wanted.progress(failed.problem);
    problems.push(failed.problem);
  }
  throw failure('EngineUnavailable', waysOut(problems), { problems });
}

async function download(target: string, { downloadSite, signal, progress }: Obtain) {
  return downloadCli(target, { site: downloadSite, signal }, progress);
}

async function build(target: string, { goCommand, env, signal, progress }: Obtain) {
  progress(`building temporal ${obtainedVersion} with Go (about two minutes, once)`);
  return installWithGo(target, { env, signal, ...(goCommand ? { goCommand } : {}) }, progress);
}

function waysOut(problems: string[]): string {
  return [
    'There is no Temporal server to run on.',
    ...problems.map((problem) => `- ${problem}`),
    'Do one of these:',
    '1. install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH, or name it with MAINSTAY_TEMPORAL_CLI',
    '2. install Go (https://go.dev/dl), Mainstay then builds the CLI once',
    '3. set TEMPORAL_ADDRESS to a Temporal server that runs elsewhere',
  ].join('\n');
}
