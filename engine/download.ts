import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-fs';
import { askVersion, obtainedVersion } from './cliVersion.ts';

const officialSite = 'https://temporal.download';
// A closed network shows itself in the first answer; a slow one only in the body, so the two have limits of their own.
const answerWithin = 8_000;
const silenceEndsAfter = 30_000;

/** Address of the official archive for a platform; undefined where there is none in a form that we unpack. */
export function downloadAddress(platform: string, arch: string, site = officialSite): string | undefined {
  const cpu = { x64: 'amd64', arm64: 'arm64' }[arch];
  if (!cpu || !['linux', 'darwin'].includes(platform)) return undefined;
  return `${site}/cli/archive/v${obtainedVersion}?platform=${platform}&arch=${cpu}`;
}

export type Download = { site?: string | undefined; signal?: AbortSignal | undefined; platform?: string; arch?: string };

/** Downloads the CLI to `target`, which appears only when complete and answering; otherwise the reason in words. */
export async function downloadCli(
  target: string,
  { site, signal, platform = process.platform, arch = process.arch }: Download,
  progress: (text: string) => void,
): Promise<{ problem: string } | undefined> {
  const address = downloadAddress(platform, arch, site);
  if (!address) return { problem: `there is no archive for ${platform} ${arch}` };

  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(join(dirname(target), 'download-'));
  try {
    progress(`downloading temporal ${obtainedVersion} from ${new URL(address).host}`);
    await fetchAndUnpack(address, scratch, signal, progress);
    const version = await askVersion(join(scratch, 'temporal'));
    if ('problem' in version) return { problem: `the downloaded CLI ${version.problem}` };
    await rename(join(scratch, 'temporal'), target);
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return { problem: `the download failed: ${reason(error)}` };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fetchAndUnpack(address: string, folder: string, signal: AbortSignal | undefined, progress: (text: string) => void) {
  const silence = new AbortController();
  const silent = () => silence.abort(new Error('no data came'));
  let timer = setTimeout(silent, answerWithin);
  try {
    const response = await fetch(address, { signal: AbortSignal.any([silence.signal, ...(signal ? [signal] : [])]) });
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);

    const total = Number(response.headers.get('content-length') ?? 0);
    let [received, shown] = [0, 0];
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        clearTimeout(timer);
        timer = setTimeout(silent, silenceEndsAfter);
        received += chunk.length;
        const percent = total > 0 ? Math.floor((received / total) * 100) : 0;
        if (percent >= shown + 5 || (percent === 100 && shown < 100))
          progress(`downloading temporal ${obtainedVersion}: ${(shown = percent)} %`);
        done(null, chunk);
      },
    });
    // Only the one file is wanted; nothing else of an archive reaches the disk.
    const unpack = extract(folder, { filter: (_name, header) => header?.name !== 'temporal' || header.type !== 'file', fmode: 0o755 });
    await pipeline(Readable.fromWeb(response.body), meter, createGunzip(), unpack);
  } finally {
    clearTimeout(timer);
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
