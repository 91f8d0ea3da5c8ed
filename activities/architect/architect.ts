import { Contract } from '../../schemas/contract.ts';
import { failure } from '../../schemas/failures.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import type { Architect, DesignOrder } from '../developContracts.ts';
import { openApiOf } from '../lib/contracts/openapi.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import { createCleaner } from '../lib/model/cleaner.ts';
import { describeContract, describeFinding, describeTask } from '../lib/model/describeTask.ts';
import { freeThought } from '../lib/model/freeThought.ts';
import { mapRepository, showFiles } from '../lib/model/repositoryMap.ts';
import { templateMind, templateOf } from '../lib/model/templateOf.ts';
import { createThinker, howToConfigure, type MindParts } from '../lib/model/thinker.ts';
import type { ArtifactStore } from '../lib/workbench.ts';
import { contractAnswer } from './contractAnswer.ts';

const agent = 'architect@1';

/** Designs by the task's template, else by the model. */
export function createArchitect({ model, store, sources, templates = [] }: MindParts): Architect {
  const thinker = createThinker({ model, store });
  const clean = createCleaner();

  async function keep(contract: Contract): Promise<{ contract: BlobRef; openapi?: BlobRef }> {
    const openapi = openApiOf(contract);
    return {
      contract: await store.put(JSON.stringify(contract), 'application/json'),
      ...(openapi !== undefined && { openapi: await store.put(JSON.stringify(openapi), 'application/json') }),
    };
  }

  async function designByModel({ site, todo, start, earlier, instruction, key }: DesignOrder, signal: AbortSignal) {
    const before = earlier && (await readContract(store, earlier));
    const tree = await sources.tree(sourceAt(site.source, start), undefined, signal);
    const task = describeTask(todo);
    const thought = await thinker.think({
      key,
      agent,
      prompt: 'contract',
      values: {
        task,
        earlier: before === undefined ? 'none' : describeContract(JSON.stringify(before, undefined, 1)),
        instruction: describeFinding(instruction),
        map: await mapRepository(tree, clean),
        files: (await showFiles(tree, { text: task.data, paths: todo.expected_artifacts }, clean)) || 'none',
      },
      schema: contractAnswer({ task_id: todo.id, version: (before?.version ?? 0) + 1 }),
      signal,
    });
    if (thought.kind === 'wait') return thought;
    // An architect who stands by the contract gives the same one, so that the code is put right instead.
    const stands = before !== undefined && isSame(before, thought.value);
    return { ...thought, value: await keep(stands ? before : thought.value) };
  }

  return {
    async designContract(order) {
      const { mind, todo } = order;
      const template = templateOf(templates, mind);
      if (template !== undefined && mind.kind === 'template') {
        const contract = Contract.parse({ ...template.contract(mind.subject, todo.id), version: 1 });
        return freeThought(await keep(contract), agent, templateMind(template));
      }
      if (!thinker.configured)
        throw failure('NotConfigured', `contracts are written by a model, also for coding programs: ${howToConfigure}`);
      return await whileHeartbeating((signal) => designByModel(order, signal));
    },
  };
}

/** A contract of the store; fails with `InvalidInput` when it is none. */
async function readContract(store: ArtifactStore, ref: BlobRef): Promise<Contract> {
  const content: unknown = JSON.parse(Buffer.from(await store.get(ref)).toString('utf8'));
  return Contract.parse(content);
}

function isSame(a: Contract, b: Contract): boolean {
  return JSON.stringify({ ...a, version: 0 }) === JSON.stringify({ ...b, version: 0 });
}
