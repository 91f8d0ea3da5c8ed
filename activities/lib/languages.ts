import { posix } from 'node:path';

export type Language = 'javascript' | 'python' | 'go' | 'rust' | 'other';

const extensions: Readonly<Record<string, Language>> = {
  '.js': 'javascript', '.mjs': 'javascript', '.cjs': 'javascript', '.jsx': 'javascript', '.ts': 'javascript', '.mts': 'javascript',
  '.cts': 'javascript', '.tsx': 'javascript', '.vue': 'javascript', '.svelte': 'javascript', '.py': 'python', '.pyx': 'python', '.go': 'go', '.rs': 'rust',
  '.rb': 'other', '.php': 'other', '.java': 'other', '.kt': 'other', '.cs': 'other', '.c': 'other', '.cc': 'other', '.cpp': 'other', '.h': 'other', '.swift': 'other',
}; // prettier-ignore

/** The language of a source file by its name; undefined for what is no code, such as documents, data and settings. */
export function languageOf(path: string): Language | undefined {
  return extensions[posix.extname(path).toLowerCase()];
}

const testFolder = /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|testing|testdata|integration[-_]tests?|cypress|playwright)\//i;
const testNames: Readonly<Record<Language, RegExp>> = {
  javascript: /(?:[.\-_](?:test|tests|spec|e2e|cy|bench|test-d)\.[cm]?[jt]sx?|(?:^|\/)(?:tests?|spec)\.[cm]?[jt]sx?)$/i,
  python: /(?:^|\/)(?:test_[^/]*|[^/]*_tests?|tests?|conftest)\.py$/i,
  go: /_test\.go$/,
  rust: /(?:^|\/)(?:tests?|[^/]*_tests?|test_[^/]*)\.rs$/,
  other: /(?:^|\/)(?:test_[^/]*|[^/]*(?:_test|_spec|Tests?|Spec))\.[a-z]+$/,
};

/** Whether a file is part of the tests, by the usual layouts of its language. */
export function isTest(path: string): boolean {
  const language = languageOf(path);
  return testFolder.test(path) || (language !== undefined && testNames[language].test(path));
}

const documentation =
  /(?:\.(?:md|mdx|rst|adoc|asciidoc|txt|markdown|org|tex|ipynb)|(?:^|\/)(?:LICEN[CS]E|CHANGELOG|AUTHORS|NOTICE)[^/]*)$/i;

/** Whether a file is prose for people. */
export function isProse(path: string): boolean {
  return documentation.test(path);
}

const lockName =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|poetry\.lock|uv\.lock|pdm\.lock|pixi\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|go\.work\.sum|composer\.lock|Gemfile\.lock|flake\.lock)$/;
const generated =
  /(?:^|\/)(?:vendor|node_modules|third_party|dist|__snapshots__|__generated__|generated)\/|\.(?:min\.(?:js|css|mjs)|map|snap|lock|svg|bundle\.js)$|(?:_pb2(?:_grpc)?\.pyi?|\.pb\.go|\.pb\.(?:cc|h)|_generated\.\w+|\.gen\.\w+|\.generated\.\w+)$/;

/** Whether a program wrote the file, so that nobody reads it line by line: lock files, bundles, snapshots, foreign code. */
export function isGenerated(path: string): boolean {
  return lockName.test(path) || generated.test(path);
}

const beside =
  /(?:^|\/)(?:examples?|samples?|demos?|docs?|website|scripts?|tools?|bench(?:es|marks?)?|fixtures?|\.[^/]+)\/|(?:^|\/)(?:[^/]+\.config|\.[^/]+|(?:gulp|grunt|webpack|rollup|jake)file[^/]*)\.[cm]?[jt]s$|\.d\.[cm]?ts$|(?:^|\/)(?:setup|conf|noxfile|fabfile|tasks|manage|version|_version|__version__|build)\.(?:py|rs)$|\.stories\.[jt]sx?$|(?:^|\/)(?:migrations|alembic)\//i;

/** Whether a source file is code of the product, of which tests are expected. */
export function isProductCode(path: string): boolean {
  return languageOf(path) !== undefined && !isTest(path) && !isGenerated(path) && !beside.test(path);
}

const commentStart: Readonly<Record<Language, RegExp>> = {
  javascript: /^\s*(?:\/\/|\/\*|\*|<!--)/,
  python: /^\s*#/,
  go: /^\s*(?:\/\/|\/\*|\*\s)/,
  rust: /^\s*(?:\/\/|\/\*|\*\s)/,
  other: /^\s*(?:\/\/|\/\*|\*\s|#(?!include|define|if|endif))/,
};

/** Whether a line is empty, or a comment from its first character on. */
export function isComment(text: string, language: Language): boolean {
  return text.trim() === '' || commentStart[language].test(text);
}

const imports: Readonly<Record<Language, RegExp>> = {
  javascript: /^\s*(?:import\s.*|(?:import|export)\s.*\bfrom\s*['"].*|\}\s*from\s*['"].*|['"]use strict['"];?)$/,
  python: /^\s*(?:import\s|from\s+\S+\s+import\b|@(?:typing\.)?overload\b|\.\.\.$|__version__\s*=|__all__\s*=)/,
  go: /^\s*(?:import\b|package\s|(?:\w+\s+)?"[\w./-]+"$)/,
  rust: /^\s*(?:pub\s+)?(?:use|mod)\s[^{]*;$/,
  other: /^\s*(?:#include\b|import\s|using\s[^(]*;$|require\b|package\s)/,
};

/** Whether a line of code by itself does nothing that a test could look at: brackets, imports, a version. */
export function isIdle(text: string, language: Language): boolean {
  return /^[\s()[\]{},;:.]*$/.test(text) || imports[language].test(text);
}

/** Whether a file is of something that is not shipped: tests, examples, documents. */
export function isAside(path: string): boolean {
  return isTest(path) || /(?:^|\/)(?:examples?|samples?|demos?|docs?|website|bench(?:es|marks?)?|fixtures?)\//i.test(path);
}
