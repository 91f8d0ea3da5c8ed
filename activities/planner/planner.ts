import type { FeaturePlan, PlanFeatureRequest } from '../../schemas/buildFeature.ts';
import { failure } from '../../schemas/failures.ts';
import { codingPrograms, type Mind, type Thought } from '../../schemas/mind.ts';
import { TodoList } from '../../schemas/todoList.ts';
import type { Planner } from '../developContracts.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import { createCleaner } from '../lib/model/cleaner.ts';
import { mapRepository } from '../lib/model/repositoryMap.ts';
import { createThinker, howToConfigure, type MindParts } from '../lib/model/thinker.ts';
import type { Template } from '../lib/templates/template.ts';
import { freeThought } from '../lib/model/freeThought.ts';
import { planAnswer, taskAnswer } from './answers.ts';
import { notKnown, partsRefused, readRequest } from './readRequest.ts';

const agent = 'planner@1';
// What is planned before there is a repository.
const noFiles = { list: async () => [], read: async () => undefined };
const longest = { request: 20_000, task: 20_000, tasks: 30_000, instruction: 10_000 } as const;

/** Plans by the template that understands the request, else by the model. */
export function createPlanner({ model, store, sources, templates = [] }: MindParts): Planner {
  const thinker = createThinker({ model, store });
  const clean = createCleaner();

  async function planByModel({ request, ground, id, key }: PlanOrder, mind: Mind): Promise<Thought<FeaturePlan>> {
    return await whileHeartbeating(async (signal) => {
      const map = ground
        ? await mapRepository(await sources.tree(ground.source, undefined, signal), clean)
        : await mapRepository(noFiles, clean);
      const thought = await thinker.think({
        key,
        agent,
        prompt: 'plan',
        values: { request: { label: 'request', data: request.request, most: longest.request }, map },
        schema: planAnswer({ id, request: request.request }),
        signal,
      });
      return thought.kind === 'wait' ? thought : { ...thought, value: { todoList: thought.value, mind } };
    });
  }

  return {
    async planWork(order) {
      const { request, id } = order;
      if (request.mind === 'program') {
        const mind = programOf(request);
        // Contract and acceptance tests are never the coding program's own.
        if (!thinker.configured)
          throw failure('NotConfigured', `a coding program writes the code; plan, contract and tests need a model: ${howToConfigure}`);
        return await planByModel(order, mind);
      }
      const otherwise =
        request.mind === 'template'
          ? '; a model understands more: ask with mind auto or model'
          : `; or configure a model: ${howToConfigure}`;
      const understood = request.mind === 'model' ? ({ kind: 'other' } as const) : readRequest(templates, request.request);
      if ('template' in understood && understood.reading.kind === 'understood')
        return planByTemplate(id, request.request, understood.template, understood.reading.subject);
      if (request.mind !== 'template' && thinker.configured) return await planByModel(order, { kind: 'model' });
      if (request.mind === 'model') throw failure('RequestNotUnderstood', `no model is configured that could plan this: ${howToConfigure}`);
      if ('template' in understood && understood.reading.kind === 'refused')
        throw partsRefused(understood.template, understood.reading.problems, otherwise);
      throw notKnown(templates, otherwise);
    },

    async replanTask({ site, mind, todoList, todo, instruction, key }) {
      if (mind.kind === 'template') {
        throw failure('NotOffered', `the template ${mind.template} plans by rules: say the request otherwise and start a new run`);
      }
      if (!thinker.configured) throw failure('NotConfigured', `a task is planned anew by a model: ${howToConfigure}`);
      return await whileHeartbeating(async (signal) => {
        const tasks = todoList.tasks.map(
          ({ id, title, dependencies }) => `${id} (after ${dependencies.join(', ') || 'nothing'}): ${title}`,
        );
        return await thinker.think({
          key,
          agent,
          prompt: 'replan',
          values: {
            request: { label: 'request', data: todoList.request, most: longest.request },
            tasks: { label: 'plan', data: tasks.join('\n'), most: longest.tasks },
            task: { label: 'task', data: JSON.stringify(todo, undefined, 1), most: longest.task },
            instruction: { label: 'instruction', data: instruction, most: longest.instruction },
            map: await mapRepository(await sources.tree(site.source, undefined, signal), clean),
          },
          schema: taskAnswer(todo),
          signal,
        });
      });
    },
  };
}

type PlanOrder = Parameters<Planner['planWork']>[0];

function planByTemplate(id: string, request: string, template: Template, subject: Record<string, unknown>): Thought<FeaturePlan> {
  const todoList = TodoList.parse({ id, request, template: template.id, subject, ...template.plan(subject) });
  const mind: Mind = { kind: 'template', template: template.id, subject };
  return freeThought({ todoList, mind }, agent, `template:${template.id}@${template.version}`);
}

function programOf({ program }: PlanFeatureRequest): Mind {
  if (program !== undefined) return { kind: 'program', program };
  throw failure('InvalidInput', `program: say which coding program writes the code: ${codingPrograms.join(', ')}`);
}
