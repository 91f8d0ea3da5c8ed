import type { BuildTarget } from '../../../repository/tools.ts';
import type { Workbench } from '../../lib/workbench.ts';
import { outFolder, type Made } from '../made.ts';
import { follow } from './recipe.ts';

const recipes = {
  go: {
    name: 'go build',
    lines: [
      'export GOTOOLCHAIN=local',
      'go build -buildvcs=false ./...',
      `mains=$(go list -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' ./...)`,
      // -o with a folder takes only programs, so a module of libraries is built without it.
      `if [ -n "$mains" ]; then go build -trimpath -buildvcs=false -o ${outFolder}/ $mains; fi`,
    ],
  },
  rust: {
    name: 'cargo build --release',
    lines: [
      'cargo build --release --target-dir target',
      `find target/release -maxdepth 1 -type f -perm -u+x ! -name '*.so' -exec cp {} ${outFolder}/ \\;`,
    ],
  },
};

/** Builds a Go module or a Rust crate and keeps its programs; a library has none. */
export function packCompiled(bench: Workbench, { language, directory }: BuildTarget): Promise<Made> {
  return follow(bench, { ...recipes[language === 'go' ? 'go' : 'rust'], directory, results: ['*'] });
}
