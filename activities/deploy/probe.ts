import http from 'node:http';
import https from 'node:https';

/** What one look at a release said. `silent`: nobody answered; `broken`: the look itself failed, which says nothing about the release. */
export type Sighting = { outcome: 'well' | 'ill' | 'silent' | 'broken'; text: string };

// As long as anyone waits for a health page; a slower answer is a bad one.
const patience = 5_000;

/** Asks a URL once, on a connection of its own. Redirects are not followed: 300 to 399 is an answer like 200. */
export async function probeUrl(url: string, accepts: (status: number) => boolean, signal: AbortSignal): Promise<Sighting> {
  const { get } = url.startsWith('https:') ? https : http;
  return await new Promise((done) => {
    const request = get(url, { agent: false, timeout: patience, signal, headers: { 'user-agent': 'mainstay' } }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      done({ outcome: accepts(status) ? 'well' : 'ill', text: `${url} answered ${status}` });
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${patience / 1000} s`)));
    request.on('error', (error: NodeJS.ErrnoException) => {
      const nameless = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN';
      done({ outcome: nameless ? 'broken' : 'silent', text: `${url}: ${error.code ?? error.message}` });
    });
  });
}

/** Judges a probe command by its exit code: 126 and 127 are the shell's own "cannot run that". */
export function judgeExit(command: string, code: number): Sighting {
  if (code === 0) return { outcome: 'well', text: `\`${command}\` succeeded` };
  const broken = code === 126 || code === 127;
  return { outcome: broken ? 'broken' : 'ill', text: `\`${command}\` ${broken ? 'could not run' : 'failed'} (exit code ${code})` };
}
