import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

const plain = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
};

export type Change = {
  files: Readonly<Record<string, string | null>>;
  branch: string;
  from?: string;
  message?: string;
  author?: string;
  committer?: string;
};
export type CommitFacts = {
  sha: string;
  tree: string;
  parents: string[];
  author: [string, string];
  committer: [string, string];
  date: string;
  message: string;
};
export type ChangedFile = { filename: string; previous?: string; status: string; additions: number; deletions: number; patch: string };

/** A real bare repository on disk, written to without a working tree. */
export type BareRepository = {
  path: string;
  git(args: readonly string[], input?: string): Promise<string>;
  /** One commit on a branch; `null` removes a file. Answers its id. */
  commit(change: Change): Promise<string>;
  resolve(ref: string): Promise<string | undefined>;
  /** Oldest first; without a base only the head itself. */
  commitsBetween(base: string | undefined, head: string): Promise<CommitFacts[]>;
  filesBetween(base: string, head: string): Promise<ChangedFile[]>;
  /** The merge commit's id; undefined when the two do not merge. */
  merge(base: string, head: string, message: string): Promise<string | undefined>;
};

export async function openBare(path: string): Promise<BareRepository> {
  await mkdir(dirname(path), { recursive: true });
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', path], { env: plain });
  const git: BareRepository['git'] = async (args, input) =>
    (await execa('git', ['--git-dir', path, ...args], { env: plain, ...(input === undefined ? {} : { input }) })).stdout;
  await git(['config', 'uploadpack.allowAnySHA1InWant', 'true']);

  const commits = new Set<string>();
  const bare: BareRepository = {
    path,
    git,
    async commit({ files, branch, from = branch, message = 'change', author = 'ada', committer = author }) {
      const parent = await bare.resolve(`refs/heads/${from}`);
      const at = `${Math.floor(Date.now() / 1000)} +0000`;
      const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
      const lines = Object.entries(files).map(([name, text]) =>
        text === null ? `D ${name}\n` : `M ${name.endsWith('.sh') ? '100755' : '100644'} inline ${name}\n${data(text)}`,
      );
      const stream = [
        `commit refs/heads/${branch}\n`,
        `author ${person(author)} ${at}\ncommitter ${person(committer)} ${at}\n`,
        data(message),
        parent === undefined ? '' : `from ${parent}\n`,
        ...lines,
      ];
      await git(['fast-import', '--quiet', '--force'], stream.join(''));
      return git(['rev-parse', `refs/heads/${branch}`]);
    },
    async resolve(ref) {
      if (commits.has(ref)) return ref;
      const loose = await looseRef(path, ref);
      if (loose !== undefined) return loose;
      const found = await execa('git', ['--git-dir', path, 'rev-parse', '--verify', '--quiet', `${ref}^{commit}`], {
        env: plain,
        reject: false,
      });
      if (found.exitCode !== 0) return undefined;
      commits.add(found.stdout);
      return found.stdout;
    },
    commitsBetween: remembered(async (base, head) => {
      const text = await git([
        'log',
        '--reverse',
        '--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%cI%x00%B%x01',
        ...(base === undefined ? ['-1', head] : [`${base}..${head}`]),
      ]);
      return text
        .split('\u0001')
        .map((entry) => entry.trimStart())
        .filter(Boolean)
        .map(commitFacts);
    }),
    filesBetween: remembered(async (base: string, head) => {
      const range = `${base}...${head}`;
      const [numbers, patches] = await Promise.all([git(['diff', '-M', '--raw', '--numstat', range]), git(['diff', '-M', '-p', range])]);
      return changedFiles(numbers.split('\n').filter(Boolean), `\n${patches}`.split('\ndiff --git ').slice(1));
    }),
    async merge(base, head, message) {
      const merged = await execa('git', ['--git-dir', path, 'merge-tree', '--write-tree', base, head], { env: plain, reject: false });
      if (merged.exitCode !== 0) return undefined;
      const env = Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((who) => [
          [`GIT_${who}_NAME`, 'GitHub'],
          [`GIT_${who}_EMAIL`, 'noreply@github.com'],
        ]),
      );
      const args = ['--git-dir', path, 'commit-tree', '-p', base, '-p', head, '-m', message, merged.stdout.split('\n')[0] ?? ''];
      return (await execa('git', args, { env: { ...plain, ...env } })).stdout;
    },
  };
  return bare;
}

/** What lies between two commits never changes, and a busy test asks for it often. */
function remembered<Base extends string | undefined, T>(
  ask: (base: Base, head: string) => Promise<T>,
): (base: Base, head: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (base, head) => {
    const key = `${base} ${head}`;
    const answer = known.get(key) ?? ask(base, head);
    known.set(key, answer);
    // A commit that is not there now may be fetched later.
    answer.catch(() => known.delete(key));
    return answer;
  };
}

/** A branch's commit without starting git: nothing packs the refs of these repositories. */
async function looseRef(path: string, ref: string): Promise<string | undefined> {
  if (!/^refs\/(?:[\w-]|[./](?![./]))+$/.test(ref)) return undefined;
  const text = await readFile(join(path, ref), 'utf8').catch(() => '');
  return /^[0-9a-f]{40}$/.test(text.trim()) ? text.trim() : undefined;
}

function person(login: string): string {
  return `${login} <${login}@users.noreply.github.com>`;
}

function commitFacts(entry: string): CommitFacts {
  const [sha = '', tree = '', parents = '', an = '', ae = '', cn = '', ce = '', date = '', message = ''] = entry.split('\0');
  return { sha, tree, parents: parents.split(' ').filter(Boolean), author: [an, ae], committer: [cn, ce], date, message: message.trim() };
}

const words: Readonly<Record<string, string>> = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', T: 'changed' };

function changedFiles(lines: readonly string[], patches: readonly string[]): ChangedFile[] {
  const raw = lines.filter((line) => line.startsWith(':'));
  const counted = lines.filter((line) => !line.startsWith(':'));
  return raw.map((line, index) => {
    const [meta = '', first = '', second] = line.split('\t');
    const [additions = '0', deletions = '0'] = (counted[index] ?? '').split('\t');
    const patch = patches[index] ?? '';
    const hunks = patch.indexOf('\n@@');
    return {
      filename: second ?? first,
      previous: second === undefined ? undefined : first,
      status: words[meta.split(' ').at(-1)?.[0] ?? 'M'] ?? 'modified',
      additions: Number(additions) || 0,
      deletions: Number(deletions) || 0,
      patch: hunks === -1 ? '' : patch.slice(hunks + 1),
    };
  });
}
