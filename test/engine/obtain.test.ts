import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askVersion } from '../../engine/cliVersion.ts';
import { downloadAddress } from '../../engine/download.ts';
import { goInstallCommand } from '../../engine/goInstall.ts';
import { cachedCli } from '../../engine/locate.ts';
import { obtainTemporalCli } from '../../engine/obtain.ts';
import { failureType } from '../../schemas/failures.ts';

let home: string;
let server: Server | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mainstay-obtain-'));
});

afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  await rm(home, { recursive: true });
});

async function siteThat(answers: RequestListener): Promise<string> {
  server = createServer(answers).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function archive(script: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'LICENSE' }, 'text');
  tar.entry({ name: '../outside' }, 'text');
  // Ballast that does not compress, so that progress has something to count.
  tar.entry({ name: 'temporal', mode: 0o755 }, `${script}\nexit 0\n${ballast()}`);
  tar.finalize();
  return buffer(tar.pipe(createGzip()));
}

function ballast(): string {
  return Array.from({ length: 8_000 }, (_unused, index) => createHash('sha256').update(String(index)).digest('base64')).join('\n');
}

function obtain(downloadSite: string, progress: (text: string) => void = () => undefined, signal?: AbortSignal) {
  const env = { PATH: '/usr/bin:/bin' };
  return obtainTemporalCli({ home, env, progress, downloadSite, signal, goCommand: join(home, 'no-go') });
}

const working = "#!/bin/sh\necho 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'";

describe('the download', () => {
  it('asks for the version and platform that is wanted', () => {
    const address = 'https://temporal.download/cli/archive/v1.5.1?platform=linux&arch=amd64';
    expect(downloadAddress('linux', 'x64')).toBe(address);
    expect(downloadAddress('win32', 'x64')).toBeUndefined();
    expect(downloadAddress('linux', 'riscv64')).toBeUndefined();
  });

  it('puts the CLI, and nothing else, into the cache, shows its progress, and is not needed again', async () => {
    const body = await archive(working);
    const site = await siteThat((_request, response) => response.setHeader('content-length', body.length).end(body));
    const told: string[] = [];
    expect(await obtain(site, (text) => told.push(text))).toBe(cachedCli(home));
    expect(await askVersion(cachedCli(home))).toEqual({ cli: '1.5.1', server: '1.29.1' });
    expect(await readdir(dirname(cachedCli(home)))).toEqual(['temporal']);
    expect(told.at(-1)).toBe('downloading temporal 1.5.1: 100 %');
    server?.close();
    expect(await obtain('http://127.0.0.1:1')).toBe(cachedCli(home));
  });

  const broken: [string, () => Promise<RequestListener>, string][] = [
    ['is refused', async () => (_request, response) => response.writeHead(403).end(), 'the server answered 403'],
    ['is no archive', async () => (_request, response) => response.end('<html>sign in</html>'), 'incorrect header check'],
    [
      'breaks off',
      async () => {
        const body = await archive(working);
        return (_request, response) => {
          response.setHeader('content-length', body.length).write(body.subarray(0, body.length / 2));
          setTimeout(() => response.destroy(), 50);
        };
      },
      'the download failed',
    ],
    [
      'holds another program',
      async () => {
        const body = await archive('#!/bin/sh\necho hello');
        return (_request, response) => response.end(body);
      },
      'the downloaded CLI is not the Temporal CLI',
    ],
  ];
  it.each(broken)('that %s leaves nothing behind and ends in the three ways out', async (_what, make, problem) => {
    const error: unknown = await obtain(await siteThat(await make())).catch((failure: unknown) => failure);
    expect(failureType(error)).toBe('EngineUnavailable');
    for (const part of [problem, 'Go is not installed', 'MAINSTAY_TEMPORAL_CLI', 'https://go.dev/dl', 'TEMPORAL_ADDRESS']) {
      expect(String(error)).toContain(part);
    }
    expect(await readdir(dirname(cachedCli(home)))).toEqual([]);
  });

  it('ends at once when it is cancelled', async () => {
    const cancel = new AbortController();
    const site = await siteThat(() => cancel.abort());
    await expect(obtain(site, undefined, cancel.signal)).rejects.toThrow('aborted');
    expect(await readdir(dirname(cachedCli(home)))).toEqual([]);
  });
});

describe('the build with Go', () => {
  it('installs the pinned version into the cache and gives it its version string', () => {
    const { args, env } = goInstallCommand('/cache/bin');
    expect(env).toEqual({ GOBIN: '/cache/bin' });
    expect(args.join(' ')).toBe(
      'install -v -ldflags -X github.com/temporalio/cli/temporalcli.Version=1.5.1 github.com/temporalio/cli/cmd/temporal@v1.5.1',
    );
  });

  /** A file in place of `go`, as the build itself takes two minutes. */
  async function goThat(does: string): Promise<string> {
    const path = join(home, 'go');
    await writeFile(path, `#!/bin/sh\ncase $1 in version) echo go1.26 ;; install) ${does} ;; esac\n`, { mode: 0o755 });
    return path;
  }

  function buildWith(goCommand: string, progress: (text: string) => void = () => undefined) {
    const wanted = { home, env: { PATH: '/usr/bin:/bin' }, progress, downloadSite: 'http://127.0.0.1:1', goCommand };
    return obtainTemporalCli(wanted);
  }

  it('follows a download that failed, puts what Go built into the cache, and shows what it is at', async () => {
    await writeFile(join(home, 'built'), working, { mode: 0o755 });
    const told: string[] = [];
    const go = await goThat(`echo 'go: downloading a.b/c v1' >&2; cp '${join(home, 'built')}' "$GOBIN/temporal"`);
    expect(await buildWith(go, (text) => told.push(text))).toBe(cachedCli(home));
    expect(await readdir(dirname(cachedCli(home)))).toEqual(['temporal']);
    expect(told).toContain('building temporal 1.5.1 with Go: go: downloading a.b/c v1');
  });

  it('that fails ends in the three ways out', async () => {
    const error: unknown = await buildWith(await goThat('echo no network >&2; exit 1')).catch((failure: unknown) => failure);
    expect(failureType(error)).toBe('EngineUnavailable');
    expect(String(error)).toContain('go install failed');
    expect(await readdir(dirname(cachedCli(home)))).toEqual([]);
  });
});
