import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

type Advisory = { id: number; url: string; title: string; severity: string; vulnerable_versions: string };

/** A high advisory about left-pad before 1.3.0. */
export const leftPad = {
  id: 1084,
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  title: 'Pads for ever',
  severity: 'high',
  vulnerable_versions: '<1.3.0',
};

export type AuditServer = {
  url: string;
  /** Bodies of the questions, package name → versions. */
  asked: Record<string, string[]>[];
};

/** A registry that answers the bulk advisory endpoint like the real one, or with `status`; any `name-version.tgz` asked of it is an empty package. */
export async function startAuditServer(advisories: Record<string, Advisory[]>, status = 200): Promise<AuditServer> {
  const asked: Record<string, string[]>[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const [, name, version] = /^\/([\w-]+?)-(\d[\d.]*)\.tgz$/.exec(request.url ?? '') ?? [];
      if (name && version) return void emptyPackage(name, version).then((body) => response.end(body));
      if (request.url !== '/-/npm/v1/security/advisories/bulk' || request.method !== 'POST') return response.writeHead(404).end();
      const question = JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, string[]>;
      asked.push(question);
      const known = Object.fromEntries(Object.entries(advisories).filter(([name]) => name in question));
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(known));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Ends with the test's process.
  server.unref();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function emptyPackage(name: string, version: string): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'package/package.json' }, JSON.stringify({ name, version }));
  archive.finalize();
  return gzipSync(await buffer(archive));
}
