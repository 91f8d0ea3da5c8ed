import { expect, it } from 'vitest';
import { createArchitect } from '../../../activities/architect/architect.ts';
import { templates } from '../../../activities/lib/templates/list.ts';
import { createPlanner } from '../../../activities/planner/planner.ts';
import { createTestWriter } from '../../../activities/tester/writeTests.ts';
import { PlanFeatureRequest } from '../../../schemas/buildFeature.ts';
import { Contract } from '../../../schemas/contract.ts';
import { modelGround } from '../../support/modelGround.ts';

it.each(templates.map((template) => [template.id, template] as const))(
  '%s goes from its example to contracts and tests without any model',
  async (id, { example }) => {
    const parts = { model: undefined, templates, ...(await modelGround({ 'README.md': '# Empty' })) };
    const { site, ground } = parts;
    const planned = await createPlanner(parts).planWork({
      request: PlanFeatureRequest.parse({ request: example }),
      ground,
      id: 'p',
      key: 'p',
    });
    if (planned.kind !== 'answer') expect.unreachable();
    const { todoList, mind } = planned.value;
    expect(todoList.template).toBe(id);

    let { start } = parts;
    for (const todo of todoList.tasks) {
      const designed = await createArchitect(parts).designContract({ site: { ...site, taskId: todo.id }, mind, todo, start, key: 'c' });
      if (designed.kind !== 'answer') expect.unreachable();
      expect(Contract.parse(JSON.parse(await parts.textOf(designed.value.contract))).task_id).toBe(todo.id);
      const written = await createTestWriter(parts).writeTests({
        site: { ...site, taskId: todo.id },
        mind,
        todo,
        start,
        ...designed.value,
        key: 't',
      });
      if (written.kind !== 'answer') expect.unreachable();
      expect(written.value.tests.hiddenPaths.length).toBeGreaterThan(0);
      expect(written.value.change.commit).not.toBe(start.commit);
      start = written.value.change;
    }
  },
);
