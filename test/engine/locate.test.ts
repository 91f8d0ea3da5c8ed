import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseVersion } from '../../engine/cliVersion.ts';
import { cachedCli, cliCandidates, findTemporalCli } from '../../engine/locate.ts';
import { obtainTemporalCli } from '../../engine/obtain.ts';
import { failureType } from '../../schemas/failures.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainstay-locate-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** A file that answers as the CLI does; the search asks nothing else of it. */
async function cliThatSays(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho '${text}'\n`);
  await chmod(path, 0o755);
  return path;
}

const good = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';

describe('the version of a CLI', () => {
  it.each([
    [good, { cli: '1.5.1', server: '1.29.1' }],
    ['temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)', { cli: '0.0.0-DEV', server: '1.29.1' }],
    ['temporal version 1.1.2 (Server 1.25.2, UI 2.31.2)', { problem: 'holds server 1.25.2; Mainstay needs 1.28.0 or later' }],
    ['hello', { problem: 'is not the Temporal CLI (its --version names no server)' }],
  ])('%s', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });
});

describe('where a CLI is looked for', () => {
  it('is the setting, then PATH in its order, then the cache', () => {
    const places = { home: '/home/m', temporalCli: '/opt/t', env: { PATH: ['/a', '', '/b'].join(delimiter) } };
    expect(cliCandidates(places).map(({ from, path }) => `${from} ${path}`)).toEqual([
      'MAINSTAY_TEMPORAL_CLI /opt/t',
      'PATH /a/temporal',
      'PATH /b/temporal',
      'cache /home/m/engine/bin/temporal',
    ]);
  });

  it('passes over a PATH entry that is too old, says why, and takes the cache', async () => {
    const home = join(folder, 'old');
    const old = await cliThatSays(join(folder, 'old-bin', 'temporal'), 'temporal version 0.10.7 (Server 1.21.5, UI 2.17.2)');
    await cliThatSays(cachedCli(home), good);
    const search = await findTemporalCli({ home, env: { PATH: dirname(old) } });
    expect(search.found).toMatchObject({ from: 'cache', path: cachedCli(home), version: { cli: '1.5.1' } });
    expect(search.rejected).toEqual([{ from: 'PATH', path: old, problem: 'holds server 1.21.5; Mainstay needs 1.28.0 or later' }]);
  });
});

describe('a wrong MAINSTAY_TEMPORAL_CLI', () => {
  it.each([
    ['that does not exist', async () => join(folder, 'nowhere'), 'is not an executable file'],
    ['that is another program', () => cliThatSays(join(folder, 'other'), 'hello'), 'is not the Temporal CLI'],
    ['that fails', async () => '/bin/false', 'does not answer --version'],
  ])('%s is refused with the variable, the file and the fix, though PATH has a good one', async (_what, make, problem) => {
    const onPath = await cliThatSays(join(folder, 'good-bin', 'temporal'), good);
    const temporalCli = await make();
    const wanted = { home: join(folder, 'wrong'), temporalCli, env: { PATH: dirname(onPath) }, progress: () => undefined };
    const error: unknown = await obtainTemporalCli(wanted).catch((failure: unknown) => failure);
    expect(failureType(error)).toBe('ToolMissing');
    expect(String(error)).toContain(`MAINSTAY_TEMPORAL_CLI: ${temporalCli} ${problem}`);
  });
});
