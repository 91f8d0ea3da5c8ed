import { expect, test } from 'vitest';
import { createBuilder } from '../../../activities/build/builder.ts';
import type { NodePackage, Project, PythonPackage } from '../../../repository/project.ts';
import { atSmallBench, type SmallBench, type TaskChange } from '../../support/smallBench.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';
import { tryAtWorkbench } from '../../support/workbench.ts';
import { execa } from 'execa';

const imageDefaults = { runtime: 'none', memoryBytes: 2 ** 30 };

function build(bench: SmallBench, change: TaskChange = {}) {
  return atSmallBench(bench, (runStage) => createBuilder({ runStage, imageDefaults }).buildArtifacts, change);
}

function nodePackage(change: Partial<NodePackage>): NodePackage {
  const base = { directory: '', manager: 'npm' as const, scripts: {}, dependencies: {}, private: false, members: [] };
  return { language: 'node', name: 'shop', version: '1.2.3', ...base, ...change };
}

function manifest(pkg: NodePackage): string {
  const { name, version, scripts } = pkg;
  return JSON.stringify({ name, version, private: pkg.private, scripts });
}

async function listed(bench: SmallBench): Promise<{ summary: string; digests: string[]; files: string[] }> {
  const folder = await temporaryFolder();
  const result = await build(bench);
  const [artifact] = result.artifacts;
  const path = await result.fetch(artifact?.name ?? '', folder);
  const { stdout } = await execa('tar', ['-tzf', path]);
  return { summary: result.summary, digests: result.artifacts.map(({ digest }) => digest), files: stdout.split('\n').sort() };
}

test('a package is packed as npm would publish it, the same bytes each time', async () => {
  const pkg = nodePackage({});
  const installed = { 'node_modules/a/index.js': '', '.mainstay-deps/tools/x': '', '.venv/bin/x': '' };
  const bench = { files: { 'package.json': manifest(pkg), 'index.js': '', '.npmignore': 'secret.txt\n', 'secret.txt': '' }, installed };
  const first = await listed({ ...bench, project: { packages: [pkg] } });
  expect(first.files).toEqual(['package/index.js', 'package/package.json']);
  expect(first.summary).toMatch(/^shop-1\.2\.3\.tgz \(sha256 [0-9a-f]{12}\)$/);
  expect((await listed({ ...bench, project: { packages: [pkg] } })).digests).toEqual(first.digests);
});

test('the build script runs before packing, and only once', async () => {
  const pkg = nodePackage({ scripts: { build: 'mkdir -p dist && date >> dist/built', prepack: 'npm run build' } });
  const { files } = await listed({ files: { 'package.json': manifest(pkg) }, project: { packages: [pkg] } });
  expect(files).toEqual(['package/dist/built', 'package/package.json']);
});

const outcomes: { title: string; bench: SmallBench; change?: TaskChange; passed: boolean; summary: RegExp }[] = [
  {
    title: 'a failing build script ends the build with its last line',
    bench: withPackage(nodePackage({ scripts: { build: 'node -e "console.log(\'no such module\'); process.exit(3)"' } })),
    passed: false,
    summary: /^npm run build failed \(exit 3\): .+/,
  },
  {
    title: 'a private package has its build script run',
    bench: withPackage(nodePackage({ private: true, scripts: { build: 'node --version' } })),
    passed: true,
    summary: /^npm run build passed$/,
  },
  {
    title: 'nothing to build fails and says what was looked for',
    bench: withPackage(nodePackage({ private: true })),
    passed: false,
    summary: /^nothing to build: looked in the root for a Dockerfile, a package that can be published, and a build script\./,
  },
  {
    title: 'a Dockerfile elsewhere is pointed out',
    bench: { files: {}, project: { dockerfiles: ['deploy/Dockerfile'] } },
    passed: false,
    summary: /deploy\/Dockerfile is there: name it with "with: \{dockerfile: deploy\/Dockerfile\}"/,
  },
  {
    title: 'own commands take the place of the build script, and files they leave are kept',
    bench: withPackage(nodePackage({ private: true, scripts: { build: 'exit 1' } })),
    change: { stage: { run: ['mkdir out && echo hello > out/a.txt'], with: { artifacts: ['out/*.txt'] } } },
    passed: true,
    summary: /^mkdir .* passed, out\/a\.txt \(sha256 5891b5b522d5\)$/,
  },
  {
    title: 'globs that match nothing fail',
    bench: { files: {} },
    change: { stage: { run: ['true'], with: { artifacts: ['out/*'] } } },
    passed: false,
    summary: /^no file matches out\/\*$/,
  },
  {
    title: 'an image that is asked for needs a daemon',
    bench: { files: { Dockerfile: 'FROM scratch' }, project: { dockerfiles: ['Dockerfile'] } },
    change: { stage: { with: { make: ['image'] } } },
    passed: false,
    summary: /^Dockerfile cannot be built: no Docker daemon answers on this worker$/,
  },
];

function withPackage(pkg: NodePackage): SmallBench {
  return { files: { 'package.json': manifest(pkg) }, project: { packages: [pkg] } };
}

test.each(outcomes)('$title', async ({ bench, change, passed, summary }) => {
  const result = await build(bench, change);
  expect(result.summary).toMatch(summary);
  expect(result.passed).toBe(passed);
});

test('a link that leads out of the workspace is not kept', async () => {
  const change = { stage: { run: ['ln -s /etc/hostname leak.txt'], with: { artifacts: ['*.txt'] } } };
  expect(await build({ files: {} }, change)).toMatchObject({ passed: false, summary: 'no file matches *.txt', artifacts: [] });
});

test('a Python project gives a wheel and a source archive, its version naming the commit when it would come from git', async () => {
  const pkg: PythonPackage = {
    language: 'python', directory: '', name: 'shop', manager: 'pip', requirements: [], installable: true, dependencies: [],
    buildRequires: ['hatchling', 'hatch-vcs'], testExtras: [], testGroups: [], tools: [],
  }; // prettier-ignore
  const files = {
    'pyproject.toml':
      '[project]\nname = "shop"\ndynamic = ["version"]\n[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n[tool.hatch.version]\nsource = "vcs"\n',
    'shop/__init__.py': '',
  };
  const project: Project = { packages: [pkg], dockerfiles: [] };
  const tried = await tryAtWorkbench({ project, files, home: await temporaryFolder() }, async (task, run) => {
    const builder = createBuilder({ imageDefaults, runStage: async (_task, _trait, work) => finished(await run(work)) });
    return builder.buildArtifacts(task);
  });
  expect(tried.verdict.summary).toMatch(
    /^shop-0\.0\.0\.dev0\+g1{12}-(?:py2\.)?py3-none-any\.whl \(.+\), shop-0\.0\.0\.dev0\+g1{12}\.tar\.gz \(.+\)$/,
  );
  expect(tried.notices.join()).toContain('SETUPTOOLS_SCM_PRETEND_VERSION');
});

function finished(verdict: Awaited<ReturnType<Parameters<Parameters<typeof tryAtWorkbench>[1]>[1]>>) {
  const at = new Date().toISOString();
  return { artifacts: [], ...verdict, digest: '', isolation: 'process' as const, notices: [], actions: [], startedAt: at, endedAt: at };
}
