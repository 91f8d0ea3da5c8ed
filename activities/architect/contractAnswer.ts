import { z } from 'zod';
import { Contract } from '../../schemas/contract.ts';

// No optional fields, no free-form objects: the one form that all providers' structured outputs take. What is wrong is found afterwards.
const Field = z.object({
  name: z.string(),
  type: z.string().describe("in the language's own words: number[], str | None"),
  required: z.boolean(),
  description: z.string(),
});

const Answer = z.object({
  title: z.string(),
  language: z.enum(['typescript', 'javascript', 'python', 'go', 'rust', 'other']),
  interfaces: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['function', 'class', 'method', 'constant', 'endpoint', 'command']),
      module: z.string().describe('path of the file that offers it'),
      of: z.string().nullable().describe('class of a method, else null'),
      http_method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).nullable().describe('of an endpoint, else null'),
      http_path: z.string().nullable().describe('of an endpoint, with {name} for parameters, else null'),
      http_status: z.number().nullable().describe('of a successful answer of an endpoint, else null'),
      description: z.string(),
      parameters: z.array(Field),
      returns_type: z.string(),
      returns_description: z.string(),
      exceptions: z.array(
        z.object({ type: z.string(), when: z.string(), status: z.number().nullable().describe('of an endpoint, else null') }),
      ),
      examples: z.array(
        z.object({
          title: z.string(),
          input_json: z.string().describe('a JSON object: arguments by name'),
          output_json: z.string().describe('the result as JSON'),
        }),
      ),
    }),
  ),
  data_models: z.array(z.object({ name: z.string(), description: z.string(), fields: z.array(Field) })),
  test_skeletons: z.array(z.object({ name: z.string(), interface: z.string(), given: z.string(), when: z.string(), expect: z.string() })),
  docs: z.string().describe('Markdown'),
});
type Answer = z.infer<typeof Answer>;
type AnsweredInterface = Answer['interfaces'][number];

/** A model's contract of a task; its faults are the contract's own, and examples that are not JSON. */
export function contractAnswer(about: { task_id: string; version: number }): z.ZodType<Contract> {
  return Answer.transform((answer, context): z.input<typeof Contract> => {
    const parse = (text: string, path: (string | number)[]): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', path, message: 'is not JSON' });
        return z.NEVER;
      }
    };
    return { ...answer, ...about, interfaces: answer.interfaces.map((each, i) => interfaceOf(each, ['interfaces', i], parse)) };
  })
    .pipe(Contract)
    .refine(({ interfaces }) => interfaces.every(({ kind, http }) => kind !== 'endpoint' || http !== undefined), {
      message: 'an endpoint needs http_method and http_path',
      path: ['interfaces'],
    })
    .refine(({ interfaces }) => interfaces.length > 0, {
      message: 'name at least one interface that the task offers',
      path: ['interfaces'],
    });
}

function interfaceOf(
  answered: AnsweredInterface,
  path: (string | number)[],
  parse: (text: string, path: (string | number)[]) => unknown,
): z.input<typeof Contract>['interfaces'][number] {
  const {
    of,
    http_method: method,
    http_path: at,
    http_status: status,
    returns_type,
    returns_description,
    exceptions,
    examples,
    ...same
  } = answered;
  const http = method === null || at === null ? undefined : { method, path: at, status: status ?? 200 };
  return {
    ...same,
    ...(of !== null && { of }),
    ...(http !== undefined && same.kind === 'endpoint' && { http }),
    returns: { type: returns_type, description: returns_description },
    exceptions: exceptions.map(({ status, ...exception }) => ({ ...exception, ...(status !== null && { status }) })),
    examples: examples.map(({ title, input_json, output_json }, i) => ({
      title,
      input: parse(input_json, [...path, 'examples', i, 'input_json']) as Record<string, unknown>,
      output: parse(output_json, [...path, 'examples', i, 'output_json']),
    })),
  };
}
