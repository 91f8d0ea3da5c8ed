import { expect, it } from 'vitest';
import { z } from 'zod';
import { contractAnswer } from '../../../../activities/architect/contractAnswer.ts';
import { StepAnswer } from '../../../../activities/model/stepAnswer.ts';
import { planAnswer, taskAnswer } from '../../../../activities/planner/answers.ts';
import { testsAnswer } from '../../../../activities/tester/writeTestsAnswer.ts';
import { aTodo } from '../../../support/modelGround.ts';

const answers = {
  plan: planAnswer({ id: 'p', request: 'r' }),
  task: taskAnswer(aTodo),
  contract: contractAnswer({ task_id: 't1', version: 1 }),
  tests: testsAnswer(() => false),
  step: StepAnswer,
};

type Shape = Record<string, unknown> & {
  type?: string;
  properties?: Record<string, Shape>;
  required?: string[];
  items?: Shape;
  anyOf?: Shape[];
};
const known = ['$schema', 'type', 'properties', 'required', 'items', 'anyOf', 'enum', 'description', 'additionalProperties'];

function* shapesIn(shape: Shape): Generator<Shape> {
  yield shape;
  for (const inner of [...Object.values(shape.properties ?? {}), ...(shape.items ? [shape.items] : []), ...(shape.anyOf ?? [])])
    yield* shapesIn(inner);
}

// What the strict modes have in common: https://platform.openai.com/docs/guides/structured-outputs, https://ai.google.dev/gemini-api/docs/structured-output,
// https://docs.claude.com/en/docs/build-with-claude/structured-outputs
it.each(Object.entries(answers))("the shape of a %s keeps to what all providers' structured outputs take", (_, schema) => {
  const shapes = [...shapesIn(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as Shape)];
  for (const shape of shapes) {
    expect(Object.keys(shape).filter((key) => !known.includes(key))).toEqual([]);
    if (shape.type === 'object') expect(shape.required).toEqual(Object.keys(shape.properties ?? {}));
    if (shape.anyOf !== undefined) expect(shape.anyOf.map(({ type }) => type)).toEqual([expect.any(String), 'null']);
  }
  expect(shapes.filter(({ anyOf }) => anyOf !== undefined).length).toBeLessThanOrEqual(16);
});
