import { failure } from '../../../schemas/failures.ts';
import type { BoxResult } from '../../sandbox/box.ts';
import type { InstallStep } from './step.ts';

const unreachable =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNRESET|ECONNREFUSED|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH)\b|Temporary failure in name resolution|Could not resolve host|Connection (?:timed out|refused|reset)|Max retries exceeded|network (?:is unreachable|timeout)|i\/o timeout|no such host|\b(?:429 Too Many Requests|50[234] (?:Bad Gateway|Service Unavailable|Gateway Time))/i;

const fixes: readonly (readonly [RegExp, string])[] = [
  [/SELF_SIGNED_CERT|unable to get local issuer|CERTIFICATE_VERIFY_FAILED|x509:/, 'make the CA bundle of the network known to the worker'],
  [
    /npm error code EUSAGE|can only install packages when your package\.json/,
    'run `npm install` and commit the lock file: it does not match package.json',
  ],
  [/ERR_PNPM_OUTDATED_LOCKFILE/, 'run `pnpm install` and commit pnpm-lock.yaml: it does not match package.json'],
  [
    /YN0028|lockfile needs to be updated|lockfile would have been modified/i,
    'run `yarn install` and commit yarn.lock: it does not match package.json',
  ],
  [/lockfile had changes, but lockfile is frozen/i, 'run `bun install` and commit the lock file: it does not match package.json'],
  [/ERESOLVE/, 'settle the conflict between peer dependencies, or set `legacy-peer-deps=true` in .npmrc'],
  [/npm error code (?:ETARGET|E404)|ERR_PNPM_(?:NO_MATCHING_VERSION|FETCH_404)|404 Not Found/, 'name a version that the registry has'],
  [
    /No matching distribution found|Could not find a version/,
    'name a version that the index has for this Python; a package without a wheel installs only for a trusted repository',
  ],
  [/EINTEGRITY|do not match the hashes/i, 'the content differs from the lock file: renew the lock file'],
  [/the lock file .* needs to be updated|missing go\.sum entry|updates to go\.mod needed/, 'bring the lock file up to date and commit it'],
  [/No module named (?:venv|ensurepip)|ensurepip is not available/, 'install the venv module of Python (Debian: python3-venv)'],
  [/: (?:command )?not found|No such file or directory: '(?:npm|python3|go|cargo)'/, 'install the tool where stages run'],
];

/** What a failed step is: trouble on the way (tried again), or a mistake of the repository with its fix (not tried again). */
export function installFailure(step: InstallStep, result: BoxResult): Error {
  const lines = lastLines(result.tail);
  const fix = fixes.find(([pattern]) => pattern.test(result.tail))?.[1];
  if (result.endedBy === 'timeout') return failure('SourceUnreachable', `${step.name} did not end in time; last it said:\n${lines}`);
  if (fix === undefined && unreachable.test(result.tail)) {
    return failure('SourceUnreachable', `${step.name}: the registry could not be reached:\n${lines}`);
  }
  const why = result.endedBy ? `was ended (${result.endedBy})` : `exit code ${result.exitCode}`;
  return failure('DependencyInstallFailed', `${step.name} failed (${why})${fix ? `; fix: ${fix}` : ''}. Last it said:\n${lines}`);
}

function lastLines(tail: string): string {
  return tail
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/A complete log of this run|_logs\//.test(line))
    .slice(-12)
    .join('\n');
}
