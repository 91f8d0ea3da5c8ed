import type { GoModule, RustCrate } from '../project.ts';
import type { BuildTarget, LintTool, TestTool, ToolChoice } from './choice.ts';

/** The commands that come with a language's own toolchain. */
function standard(pkg: GoModule | RustCrate, line: string): ToolChoice {
  const file = pkg.language === 'go' ? 'go.mod' : 'Cargo.toml';
  return { kind: 'tool', language: pkg.language, directory: pkg.directory, command: line, line, why: `${file} is there` };
}

export function goLint(pkg: GoModule): LintTool[] {
  return [{ ...standard(pkg, 'go vet ./...'), tool: 'go vet' }];
}

export function goTest(pkg: GoModule): TestTool {
  return { ...standard(pkg, 'go test ./...'), runner: 'go', before: [], also: [] };
}

export function goBuild(pkg: GoModule): BuildTarget[] {
  return [
    { make: 'command', directory: pkg.directory, language: 'go', name: pkg.name, commands: ['go build ./...'], why: 'go.mod is there' },
  ];
}

export function rustLint(pkg: RustCrate): LintTool[] {
  return [{ ...standard(pkg, 'cargo clippy --workspace --all-targets -- -D warnings'), tool: 'clippy' }];
}

export function rustTest(pkg: RustCrate): TestTool {
  return { ...standard(pkg, 'cargo test --workspace'), runner: 'cargo', before: [], also: [] };
}

export function rustBuild(pkg: RustCrate): BuildTarget[] {
  return [
    {
      make: 'command',
      directory: pkg.directory,
      language: 'rust',
      name: pkg.name,
      commands: ['cargo build --release --workspace'],
      why: 'Cargo.toml is there',
    },
  ];
}
