// Makes the sandbox image: `node build.mjs [--tag NAME] [--force]`. Plain Node, no dependencies.
// First by `docker build`; where the base image cannot be pulled, from Debian's own packages (root on Debian with debootstrap).
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';

const here = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
const project = join(here, '../..');
const tag = option('--tag') ?? 'mainstay-sandbox:2';
const base = 'node:24-bookworm-slim';
const packages = 'python3,python3-dev,python3-venv,python3-pip,python-is-python3,git,ca-certificates,build-essential';

/** A registry that does not answer must not hold up the second way. */
const pullSeconds = 60;
const minute = 60_000;

function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Runs to the end with its output passed on; true when it succeeded. */
function run(file, args, timeout) {
  const ended = spawnSync(file, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout });
  return ended.status === 0;
}

function quiet(file, args, timeout = minute) {
  const ended = spawnSync(file, args, { encoding: 'utf8', timeout });
  return ended.status === 0 ? ended.stdout.trim() : undefined;
}

function buildFromBase() {
  const there = quiet('docker', ['image', 'inspect', base]) !== undefined;
  if (!there && quiet('docker', ['pull', '--quiet', base], pullSeconds * 1000) === undefined) {
    say(`${base} cannot be pulled here`);
    return false;
  }
  return run('docker', ['build', '--tag', tag, here], 15 * minute);
}

/** The machine's own Debian mirror, from either form of apt's sources. */
function mirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list', ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])];
  const text = files.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')).join('\n');
  const found = [...text.matchAll(/^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(https?:\/\/\S*debian\/?)(?=\s|$)/gm)].map((match) => match[1]);
  // None found: debootstrap knows a public one.
  return found.find((url) => !url.includes('security')) ?? [];
}

function nodeProgram() {
  const packaged = join(project, 'node_modules/node/bin/node');
  return existsSync(packaged) ? packaged : process.execPath;
}

/** Folder of the npm that this machine has: its program is a link to <folder>/bin/npm-cli.js. */
function npmFolder() {
  const program = quiet('sh', ['-c', 'realpath "$(command -v npm)"']);
  const folder = program && dirname(dirname(program));
  return folder && existsSync(join(folder, 'bin/npm-cli.js')) ? folder : undefined;
}

/** Undefined when the image was made, else the reason why not. */
async function buildFromDebian() {
  if (process.getuid?.() !== 0) return 'debootstrap needs root; run this script as root';
  if (quiet('debootstrap', ['--version']) === undefined) return 'debootstrap is not installed (apt-get install debootstrap)';
  const npm = npmFolder();
  if (!npm) return 'npm was not found on this machine';
  const root = mkdtempSync(join(tmpdir(), 'mainstay-sandbox-'));
  try {
    return furnish(root, npm) ?? (await importFolder(root));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function furnish(root, npm) {
  chmodSync(root, 0o755);
  say('installing a small Debian; this takes a minute or two');
  if (!run('debootstrap', ['--variant=minbase', `--include=${packages}`, 'bookworm', root, mirror()].flat(), 20 * minute))
    return 'debootstrap failed';
  cpSync(nodeProgram(), join(root, 'usr/local/bin/node'), { dereference: true });
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  for (const toolchain of toolchains()) addToolchain(root, toolchain);
  const user = ['--uid', '1000', '--user-group', '--home-dir', '/home/sandbox', '--create-home', '--shell', '/bin/sh', 'sandbox'];
  if (!run('chroot', [root, 'useradd', ...user], minute)) return 'the user could not be made';
  mkdirSync(join(root, 'workspace'));
  if (!run('chown', ['1000:1000', join(root, 'workspace')], minute)) return 'the workspace could not be made';
  for (const path of ['var/cache/apt', 'var/lib/apt/lists']) rmSync(join(root, path), { recursive: true, force: true });
  return undefined;
}

/** Go and Rust as this machine has them: stages in these languages need them, and many projects need newer ones than Debian's. */
function toolchains() {
  const found = [
    { name: 'go', from: quiet('go', ['env', 'GOROOT']), parts: ['.'], programs: ['go', 'gofmt'] },
    {
      name: 'rust',
      from: quiet('rustc', ['--print', 'sysroot']),
      parts: ['bin', 'lib', 'libexec'],
      programs: ['cargo', 'cargo-clippy', 'cargo-fmt', 'clippy-driver', 'rustc', 'rustdoc', 'rustfmt'],
    },
  ];
  return found.filter(({ from }) => from !== undefined && from !== '');
}

function addToolchain(root, { name, from, parts, programs }) {
  say(`adding ${name} from this machine`);
  const to = join(root, 'usr/local', name);
  mkdirSync(to);
  for (const part of parts.filter((part) => existsSync(join(from, part)))) run('cp', ['-a', `${from}/${part}`, to], 5 * minute);
  for (const program of programs.filter((program) => existsSync(join(to, 'bin', program)))) {
    symlinkSync(`../${name}/bin/${program}`, join(root, 'usr/local/bin', program));
  }
}

async function importFolder(root) {
  const changes = [
    'ENV PATH=/usr/local/bin:/usr/bin:/bin',
    'WORKDIR /workspace',
    'USER 1000:1000',
    'LABEL mainstay.sandbox=1',
    'CMD ["sleep","infinity"]',
  ];
  say('importing the image');
  const tar = spawn('tar', ['-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', ['import', ...changes.flatMap((change) => ['--change', change]), '-', tag], {
    stdio: [tar.stdout, 'inherit', 'inherit'],
  });
  // The other end of the pipe is read by the second program, so `close` would never come here.
  const codes = await Promise.all([tar, load].map((child) => new Promise((resolve) => child.once('exit', resolve))));
  return codes.every((code) => code === 0) ? undefined : 'docker import failed';
}

if (quiet('docker', ['version', '--format', '{{.Server.Version}}']) === undefined) fail('no Docker daemon answers; start Docker first');
if (!process.argv.includes('--force') && quiet('docker', ['image', 'inspect', tag]) !== undefined) {
  say(`${tag} is there already (--force makes it anew)`);
} else if (!buildFromBase()) {
  const reason = await buildFromDebian();
  if (reason) fail(`the base image cannot be had, and ${reason}`);
  say(`${tag} is ready`);
}
