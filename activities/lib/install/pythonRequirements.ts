import { parse } from 'smol-toml';
import type { PythonPackage } from '../../../repository/project.ts';
import type { FileTree } from '../../../repository/tree.ts';
import { poetryRequirements } from './poetry.ts';
import { projectRequirements } from './pyproject.ts';
import { requirementLines } from './requirementFiles.ts';
import { setupCfgRequirements } from './setupCfg.ts';
import { inside } from './step.ts';

/** The requirements of a package, its tests and development, as lines that pip reads; local and editable ones left out. */
export async function requirementsOf(pkg: PythonPackage, tree: FileTree): Promise<string[]> {
  const manifest = readToml((await tree.read(inside(pkg.directory, 'pyproject.toml'))) ?? '');
  const wants = { extras: pkg.testExtras, groups: pkg.testGroups, name: pkg.name };
  const declared = [
    ...projectRequirements(manifest, wants),
    ...poetryRequirements(manifest, wants),
    ...setupCfgRequirements((await tree.read(inside(pkg.directory, 'setup.cfg'))) ?? '', wants),
  ];
  const files = (await Promise.all(pkg.requirements.map((path) => requirementLines(path, tree)))).flat();
  const lines = [...declared, ...files, ...(pkg.testRequires ?? [])].filter((line) => !isLocal(line));
  // What only setup.py says is known by name alone.
  return lines.length > 0 ? lines : pkg.dependencies;
}

function isLocal(line: string): boolean {
  return /^(?:\.|\/|file:)|@\s*(?:file:|\.)/.test(line);
}

function readToml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Detection has already told that the file is broken.
    return {};
  }
}
