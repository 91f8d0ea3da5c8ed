import { calcFeature, calcFiles, source, testOf } from './features.ts';
import { done, run } from './scriptedModel.ts';
import { standingRepository } from './standingRepository.ts';

const cases = { open: ['triple(2)', '6'], hidden: ['triple(5)', '15'] } satisfies Record<string, [string, string]>;
const wrong = source('triple', 'return n + 4;');
const right = source('triple', 'return 3 * n;');

const script = { name: 'triple', ...cases, debug: [right, done('it multiplies')] };

/** A function whose first code passes the tests that its writer sees and fails the held-out ones, so that a debug branch is part of the run. */
export const tripleFeature = calcFeature({ ...script, code: [wrong, run('node --test'), done('it adds')] });
/** The same by a writer who does not try it out. */
export const quickTripleFeature = calcFeature({ ...script, code: [wrong, done('it adds')] });
export const tripleRequest = '[triple] please';
export const quickTripleQuestions = ['plan 0', 'contract 0', 'tests 0', 'code 0', 'code 1', 'debug 0', 'debug 1'];
export const tripleQuestions = quickTripleQuestions.toSpliced(5, 0, 'code 2');

/** What a build of it shows in the repository, by hand: trees of files, commits with their steps, one note each. */
export async function tripleShown(): Promise<Record<string, unknown>> {
  const task = {
    ...calcFiles,
    'src/triple.js': String(right['text']),
    'test/triple.test.js': testOf('triple', cases.open),
  };
  const commits = ['test: acceptance of t1, [triple] Function triple []', 'edit src/triple.js [1]', 'edit src/triple.js [1]'];
  const result = { ...task, 'test/triple.hidden.test.js': testOf('triple', cases.hidden) };
  return {
    'refs/heads/ai/generated/<run>/t1': { tree: await treeOf(task), commits },
    'refs/heads/ai/generated/<run>/result': { tree: await treeOf(result), commits: [...commits, 'Add the held-out acceptance tests []'] },
    'refs/notes/mainstay/<run>/t1': 1,
    'refs/notes/mainstay/<run>/result': 1,
  };
}

async function treeOf(files: Record<string, string>): Promise<string> {
  const repository = await standingRepository(files);
  const tree = await repository.git('rev-parse', 'HEAD^{tree}');
  await repository.close();
  return tree;
}
