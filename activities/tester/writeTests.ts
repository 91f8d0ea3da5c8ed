import { createHash } from 'node:crypto';
import { z } from 'zod';
import { detectProject } from '../../repository/detect/detectProject.ts';
import { testRunner } from '../../repository/tools.ts';
import type { FileTree } from '../../repository/tree.ts';
import { failure } from '../../schemas/failures.ts';
import type { FileText, Provenance } from '../../schemas/mind.ts';
import type { DevelopTester } from '../developContracts.ts';
import { type Commits, sourceAt } from '../lib/generated/commits.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import { createCleaner } from '../lib/model/cleaner.ts';
import { describeContract, describeFinding, describeSkeletons, describeTask } from '../lib/model/describeTask.ts';
import { fence } from '../lib/model/fence.ts';
import { freeThought } from '../lib/model/freeThought.ts';
import { mapRepository, showFiles } from '../lib/model/repositoryMap.ts';
import { templateMind, templateOf } from '../lib/model/templateOf.ts';
import { createThinker, howToConfigure, type MindParts } from '../lib/model/thinker.ts';
import type { ArtifactStore } from '../lib/workbench.ts';
import { testsAnswer, type WrittenTests } from './writeTestsAnswer.ts';

const agent = 'tester@1';

type Order = Parameters<DevelopTester['writeTests']>[0];
type Tests = { open: FileText[]; hidden: FileText[]; commands: string[] };

/** Writes acceptance tests by the task's template, else by the model. */
export function createTestWriter({
  model,
  store,
  sources,
  commits,
  templates = [],
}: MindParts & { commits: Commits }): Pick<DevelopTester, 'writeTests'> {
  const thinker = createThinker({ model, store });
  const clean = createCleaner();

  /** Commits the open tests on the start, and takes away those of an earlier round that are no longer among them. */
  async function keep({ site, todo, start }: Order, tests: Tests, by: Provenance, signal: AbortSignal) {
    const source = sourceAt(site.source, start);
    const there = new Set(await (await sources.tree(source, undefined, signal)).list());
    const now = new Set(tests.open.map(({ path }) => path));
    const earlier = await pathsWritten(store, site);
    const stale = earlier.filter((path) => !now.has(path) && there.has(path)).map((path) => ({ path, text: null }));
    await store.remember(writtenKey(site), { paths: [...new Set([...earlier, ...now])] });

    const at = await sources.read(source, (git) => git.text(['show', '--no-patch', '--format=%cI', start.commit]), signal);
    const words = {
      title: `test: acceptance of ${todo.id}, ${todo.title}`.slice(0, 120),
      by,
      task: `${site.run}/${site.taskId}`,
      at: at.trim(),
    };
    const change = await commits.commit({ source, on: start, files: [...tests.open, ...stale], words }, signal);
    const kept = {
      open: await store.put(JSON.stringify(tests.open), 'application/json'),
      hidden: await store.put(JSON.stringify(tests.hidden), 'application/json'),
      paths: tests.open.map(({ path }) => path),
      hiddenPaths: tests.hidden.map(({ path }) => path),
      commands: tests.commands,
    };
    return { tests: kept, change };
  }

  async function ask({ site, todo, start, contract, instruction, key }: Order, signal: AbortSignal) {
    const tree = await sources.tree(sourceAt(site.source, start), undefined, signal);
    const taken = new Set(await tree.list());
    for (const path of await pathsWritten(store, site)) taken.delete(path);
    const task = describeTask(todo);
    const text = Buffer.from(await store.get(contract)).toString('utf8');
    return await thinker.think<WrittenTests, 'tests'>({
      key,
      agent,
      prompt: 'tests',
      values: {
        task,
        contract: describeContract(text),
        skeletons: describeSkeletons(text),
        instruction: describeFinding(instruction),
        runner: await runnersOf(tree),
        map: await mapRepository(tree, clean),
        files: (await showFiles(tree, { text: `${task.data}\n${text}`, paths: todo.expected_artifacts }, clean)) || 'none',
      },
      schema: testsAnswer((path) => taken.has(path)),
      signal,
    });
  }

  return {
    async writeTests(order) {
      const { mind, todo } = order;
      const template = templateOf(templates, mind);
      if (template === undefined && !thinker.configured) {
        throw failure('NotConfigured', `acceptance tests are written by a model, also for coding programs: ${howToConfigure}`);
      }
      return await whileHeartbeating(async (signal) => {
        const thought =
          template !== undefined && mind.kind === 'template'
            ? freeThought(template.tests(mind.subject, todo.id), agent, templateMind(template))
            : await ask(order, signal);
        return thought.kind === 'wait' ? thought : { ...thought, value: await keep(order, thought.value, thought.by, signal) };
      });
    },
  };
}

/** How the project's packages are tested, as data. */
async function runnersOf(tree: FileTree): Promise<string> {
  const project = await detectProject(tree);
  const lines = project.packages.flatMap((pkg) => {
    const tool = testRunner(project, pkg);
    return tool === undefined ? [] : [`${pkg.directory || 'the root'} (${pkg.language}): ${tool.runner}, run by: ${tool.command}`];
  });
  return lines.length === 0 ? 'It has no tests yet.' : fence({ label: 'runners', data: lines.slice(0, 30).join('\n'), most: 4_000 });
}

// Tests of an earlier round may be written anew; those of the project may not.
const Written = z.object({ paths: z.array(z.string()) });

async function pathsWritten(store: ArtifactStore, site: Order['site']): Promise<string[]> {
  return Written.safeParse(await store.recall(writtenKey(site))).data?.paths ?? [];
}

function writtenKey({ key, taskId }: Order['site']): string {
  return createHash('sha256')
    .update(JSON.stringify(['tests', key, taskId]))
    .digest('hex');
}
