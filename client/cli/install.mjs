// Makes a fresh clone ready: installs the dependencies when they are missing or older than the lock file. Plain Node >= 20.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Installs when needed and answers the path of the project's own Node 24. */
export function ready() {
  const node = join(root, 'node_modules/.bin/node');
  const marker = join(root, 'node_modules/.package-lock.json');
  const stale = !existsSync(node) || !existsSync(marker) || statSync(marker).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
  if (stale) {
    process.stderr.write('Installing dependencies (once, about half a minute) …\n');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
    if (done.status !== 0) {
      process.stderr.write('error: `npm ci` failed; see its lines above\n');
      process.exit(1);
    }
  }
  return node;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ready();
