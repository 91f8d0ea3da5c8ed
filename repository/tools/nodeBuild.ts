import type { NodePackage } from '../project.ts';
import type { BuildTarget } from './choice.ts';
import { followed } from './leaf.ts';
import { runScript } from './manager.ts';
import { isPlaceholder } from './scripts.ts';

/** `npm pack` for what can be published (its build first), else the build script alone. */
export function nodeBuild(pkg: NodePackage): BuildTarget[] {
  const builds = pkg.scripts.build !== undefined && !isPlaceholder(pkg.scripts.build);
  const base = { directory: pkg.directory, language: 'node' as const, name: pkg.name };
  const build = builds ? [runScript(pkg, 'build')] : [];
  if (!pkg.private && pkg.name !== undefined && pkg.version !== undefined) {
    const prepared = ['prepack', 'prepare'].some((hook) => followed(pkg, hook).some((leaf) => leaf.script === 'build'));
    return [
      {
        ...base,
        make: 'package',
        commands: [...(prepared ? [] : build), 'npm pack'],
        why: 'package.json has a name and a version and is not private',
      },
    ];
  }
  return builds ? [{ ...base, make: 'command', commands: build, why: 'script "build"' }] : [];
}
