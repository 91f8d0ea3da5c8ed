import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { skeletonsOf } from '../../../../activities/lib/contracts/skeletons.ts';
import type { Contract } from '../../../../schemas/contract.ts';
import { booksContract, hostileContract, hostileTexts } from './samples.ts';

const commands: Record<string, string[]> = { typescript: [process.execPath, '--test', '--test-isolation=none'], javascript: [process.execPath, '--test', '--test-isolation=none'], python: ['python3', '-m', 'pytest', '-rs', '-v'] }; // prettier-ignore
const languages = ['typescript', 'javascript', 'python'] as const;

async function run(contracts: Contract[], language: string): Promise<{ exitCode: number | undefined; all: string; paths: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'skeletons-'));
  const files = contracts.flatMap((contract, i) => skeletonsOf(contract).map(({ path, text }) => ({ path: path.replace('.skeleton', `${i}.skeleton`).replace('_skeleton', `_${i}_skeleton`), text }))); // prettier-ignore
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text ?? '');
  }
  const [program = '', ...rest] = commands[language] ?? [];
  const paths = files.map(({ path }) => path);
  const { exitCode, all } = await execa(program, [...rest, ...paths], { cwd: folder, all: true, reject: false });
  return { exitCode, all, paths };
}

it.each(languages)('are %s tests that run and are all still to be written', async (language) => {
  const { exitCode, all } = await run([{ ...booksContract, language }], language);
  expect(exitCode, all).toBe(0);
  expect(all).toContain(language === 'python' ? '2 skipped' : 'todo 2');
  expect(all).toContain('createBook in src/books.ts');
});

it('say given, when and expect in words', () => {
  const [file] = skeletonsOf(booksContract);
  expect(file?.path).toBe('test/t1.skeleton.test.mts');
  expect(file?.text).toContain('test("creates a book", ');
  expect(file?.text).toContain('  // Given: no books\n  // When: one is posted\n  // Expect: it is listed\n');
});

it.each(languages)('of hostile names stay what they are in %s', async (language) => {
  const { exitCode, all, paths } = await run(
    hostileTexts.map((text) => hostileContract(text, language)),
    language,
  );
  expect(exitCode, all).toBe(0);
  expect(paths).toHaveLength(hostileTexts.length);
  for (const path of paths) expect(path).toMatch(/^tests?\/[a-z0-9_.]+$/);
  expect(all).toContain(language === 'python' ? `${2 * hostileTexts.length} skipped` : `todo ${2 * hostileTexts.length}`);
});

it.each(['go', 'rust', 'other'] as const)('are none for %s', (language) => {
  expect(skeletonsOf({ ...booksContract, language })).toEqual([]);
});
