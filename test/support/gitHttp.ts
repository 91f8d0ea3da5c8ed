import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

type Serving = {
  /** Whether an `Authorization` header opens the door; without it all doors are open. */
  admits?: (authorization: string | undefined) => boolean;
  /** Whether pushes are taken. */
  receives?: boolean;
};

/** Serves the folder around a repository by git's own smart HTTP backend on this machine; answers the base URL. Stops when the test ends. */
export async function serveGit(
  repository: string,
  { admits, receives = false }: Serving = {},
): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(`${request.method} ${url.pathname}`);
    if (admits?.(request.headers.authorization) === false) {
      request.resume();
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const backend = execa('git', ['-c', 'safe.directory=*', '-c', `http.receivepack=${receives}`, 'http-backend'], {
      env: {
        GIT_PROJECT_ROOT: dirname(repository),
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REQUEST_METHOD: request.method ?? 'GET',
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        REMOTE_ADDR: '127.0.0.1',
      },
      input: request,
      encoding: 'buffer',
      stripFinalNewline: false,
      reject: false,
    });
    void backend.then(({ stdout }) => {
      const answer = Buffer.from(stdout);
      const end = answer.indexOf('\r\n\r\n');
      const headers = answer
        .toString('latin1', 0, end)
        .split('\r\n')
        .map((line) => line.split(': '));
      for (const [name = '', value = ''] of headers) {
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      return response.end(answer.subarray(end + 4));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return { url: `http://127.0.0.1:${address.port}`, requests };
}
