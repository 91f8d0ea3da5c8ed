#!/usr/bin/env node
// Starts the command line on the project's own Node 24, whatever Node it was called with.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready } from './install.mjs';

const main = join(dirname(fileURLToPath(import.meta.url)), 'main.ts');
const child = spawn(ready(), ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], { stdio: 'inherit' });
// A terminal sends Ctrl-C to both; the child decides what it means, so that this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGKILL' ? 9 : 15) : (code ?? 1)));
