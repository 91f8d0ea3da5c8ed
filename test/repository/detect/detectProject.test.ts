import { expect, it } from 'vitest';
import { detectProject } from '../../../repository/detect/detectProject.ts';
import { buildTargets, lintTools, testRunner } from '../../../repository/tools.ts';
import { treeOf } from '../../support/memoryTree.ts';

it('finds Go modules and what Go brings for them', async () => {
  const project = await detectProject(treeOf({ 'go.mod': '// x\nmodule example.com/shop\n\ngo 1.24\n', 'tools/go.mod': 'module example.com/shop/tools\n', 'vendor/x/go.mod': 'module x' }));
  expect(project.packages).toEqual([
    { language: 'go', directory: '', name: 'example.com/shop' },
    { language: 'go', directory: 'tools', name: 'example.com/shop/tools' },
  ]);
  const [pkg] = project.packages;
  expect(pkg && [testRunner(project, pkg)?.command, lintTools(project, pkg)[0]?.command]).toEqual(['go test ./...', 'go vet ./...']);
  expect(buildTargets(project)[0]?.commands).toEqual(['go build ./...']);
}); // prettier-ignore

it('takes a Cargo workspace for one', async () => {
  const project = await detectProject(treeOf({ 'Cargo.toml': '[workspace]\nmembers = ["a"]', 'Cargo.lock': '', 'a/Cargo.toml': '[package]\nname = "a"\nversion.workspace = true' }));
  expect(project.packages).toEqual([{ language: 'rust', directory: '', name: undefined, version: undefined, lockFile: 'Cargo.lock' }]);
  const alone = await detectProject(treeOf({ 'x/Cargo.toml': '[package]\nname = "x"\nversion = "0.1.0"', 'y/Cargo.toml': '[package]\nname = "y"' }));
  expect(alone.packages.map(({ directory, version }) => [directory, version])).toEqual([['x', '0.1.0'], ['y', undefined]]);
}); // prettier-ignore

it('finds Dockerfiles of every usual name', async () => {
  const names = ['Dockerfile', 'api/Dockerfile.prod', 'Containerfile', 'web.Dockerfile', 'Dockerfile.dockerignore', 'docs/Dockerfile.md/x', 'test/fixtures/Dockerfile'];
  expect((await detectProject(treeOf(Object.fromEntries(names.map((name) => [name, '']))))).dockerfiles).toEqual(['Containerfile', 'Dockerfile', 'api/Dockerfile.prod', 'web.Dockerfile']);
}); // prettier-ignore

it('finds nothing where there is nothing', async () => {
  expect(await detectProject(treeOf({ 'README.md': 'hello' }))).toEqual({ packages: [], dockerfiles: [] });
});

it('looks at a large repository within a second or two', async () => {
  const files = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`packages/p${i % 400}/${i < 400 ? 'package.json' : `src/f${i}.ts`}`, i < 400 ? '{"name": "p"}' : '']));
  const tree = treeOf({ ...files, 'package.json': { workspaces: ['packages/*'] } });
  const started = performance.now();
  expect((await detectProject(tree)).packages).toHaveLength(401);
  expect(performance.now() - started).toBeLessThan(10_000);
}); // prettier-ignore
