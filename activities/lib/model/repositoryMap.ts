import type { FileTree } from '../../../repository/tree.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { Cleaner } from './cleaner.ts';
import { fence } from './fence.ts';
import { namesOffered } from './namesOffered.ts';

/** What is shown of a repository at most: characters, about four to a token. */
const most = { paths: 12_000, manifest: 4_000, readme: 3_000, names: 16_000, files: 60_000, file: 20_000 } as const;
/** Files that are opened to look for names. */
const mostOpened = 150;
const largestOpened = 64 * 1024;

const manifestNames = new Set(['package.json', 'pyproject.toml', 'setup.cfg', 'requirements.txt', 'go.mod', 'Cargo.toml', 'tsconfig.json']);
const sourceName = /\.(?:[cm]?[jt]sx?|py|go|rs)$/;
const uninteresting = /(?:^|\/)(?:node_modules|vendor|dist|build|target|\.git|fixtures|__snapshots__)\/|\.min\.|\.d\.ts$/;

/** What a model is told of a repository: paths, manifests of the root, the head of the README and the names that sources offer, all as data without secrets. */
export async function mapRepository(tree: FileTree, clean: Cleaner): Promise<string> {
  const paths = await tree.list();
  if (paths.length === 0) return 'The repository is empty.';
  const manifests = paths.filter((path) => manifestNames.has(path)).slice(0, 5);
  const readme = paths.find((path) => /^readme(?:\.\w+)?$/i.test(path));
  const parts = [fence({ label: 'paths', data: listPaths(paths), most: most.paths })];
  for (const path of manifests) parts.push(await shown({ tree, clean }, path, most.manifest));
  if (readme !== undefined) parts.push(await shown({ tree, clean }, readme, most.readme));
  const names = await namesOf(tree, paths);
  if (names !== '') parts.push(fence({ label: 'names that files offer', data: names, most: most.names }));
  return parts.filter(Boolean).join('\n\n');
}

/** Whole texts of the files that a text or a list of paths names, as data without secrets; '' when it names none that is there. */
export async function showFiles(tree: FileTree, about: { text: string; paths: readonly string[] }, clean: Cleaner): Promise<string> {
  const named = new Set(about.paths);
  const words = new Set(about.text.split(/[^\p{L}\p{N}_./@-]+/u).map((word) => word.replace(/^\.\/|[.]+$/g, '')));
  const wanted = (await tree.list()).filter((path) => named.has(path) || words.has(path));
  const parts: string[] = [];
  let room: number = most.files;
  for (const path of wanted) {
    const part = await shown({ tree, clean }, path, Math.min(most.file, room));
    parts.push(part);
    room -= part.length;
    if (room < 1_000) break;
  }
  return parts.filter(Boolean).join('\n\n');
}

async function shown({ tree, clean }: { tree: FileTree; clean: Cleaner }, path: string, longest: number): Promise<string> {
  const text = await tree.read(path, largestOpened * 4);
  // Half of a secret would not be recognised: it is looked for before anything is cut.
  return text === undefined ? '' : fence({ label: `file ${path}`, data: await clean(text, path), most: longest });
}

/** One path a line; where there are too many, folders with their number of files, the deepest first. */
function listPaths(paths: readonly string[]): string {
  let lines = paths.map((path) => plainLine(path));
  for (let depth = 6; depth > 0 && lines.join('\n').length > most.paths; depth--) lines = foldersAt(paths, depth);
  return lines.join('\n');
}

function foldersAt(paths: readonly string[], depth: number): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const parts = path.split('/');
    const shownAs = parts.length > depth ? `${parts.slice(0, depth).join('/')}/…` : path;
    counts.set(shownAs, (counts.get(shownAs) ?? 0) + 1);
  }
  return [...counts].map(([path, count]) => plainLine(path.endsWith('/…') ? `${path} (${count} files)` : path));
}

async function namesOf(tree: FileTree, paths: readonly string[]): Promise<string> {
  const lines: string[] = [];
  let size = 0;
  const sources = paths.filter((path) => sourceName.test(path) && !uninteresting.test(path));
  // What stands near the root is what others use.
  const nearest = sources.sort((a, b) => a.split('/').length - b.split('/').length).slice(0, mostOpened);
  for (const path of nearest) {
    const names = namesOffered(path, (await tree.read(path, largestOpened)) ?? '');
    if (names.length === 0) continue;
    const line = plainLine(`${path}: ${names.join(', ')}`, 600);
    size += line.length + 1;
    if (size > most.names) break;
    lines.push(line);
  }
  return lines.join('\n');
}
