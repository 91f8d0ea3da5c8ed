import type { BuildTarget } from '../../../repository/tools.ts';
import type { Workbench } from '../../lib/workbench.ts';
import { keepFiles } from '../keepFiles.ts';
import { outFolder, place, within, type Made } from '../made.ts';
import { runLines } from '../runLines.ts';

const goMains = `go list -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' ./...`;

const recipes = {
  go: {
    name: 'go build',
    env: { GOTOOLCHAIN: 'local' },
    // -o with a folder takes only programs, so a module of libraries is built without it.
    line: `go build -buildvcs=false ./... && mains=$(${goMains}) && mkdir -p ${outFolder} && { [ -z "$mains" ] || go build -trimpath -buildvcs=false -o ${outFolder}/ $mains; }`,
  },
  rust: {
    name: 'cargo build --release',
    env: {},
    line: `cargo build --release --target-dir target && mkdir -p ${outFolder} && find target/release -maxdepth 1 -type f -perm -u+x ! -name '*.so' -exec cp {} ${outFolder}/ \\;`,
  },
};

/** Builds a Go module or a Rust crate and keeps its programs; a library has none. */
export async function packCompiled(bench: Workbench, { language, directory }: BuildTarget): Promise<Made> {
  const recipe = recipes[language === 'go' ? 'go' : 'rust'];
  const built = await runLines(bench, { directory, lines: [recipe.line], env: recipe.env });
  if ('failed' in built) return { failed: built.failed.replace(recipe.line, recipe.name) };
  const globs = [within(directory, `${outFolder}/*`)];
  const programs = await (await bench.box()).find(globs);
  if (programs.length === 0) return { artifacts: [], said: [`${recipe.name} passed${place(directory)}`] };
  return keepFiles(bench, { globs, kind: 'package', flat: true });
}
