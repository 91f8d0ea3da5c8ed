import type { z } from 'zod';
import { BuildReport } from '../schemas/buildReport.ts';
import { Contract } from '../schemas/contract.ts';
import { TestReport } from '../schemas/testReport.ts';
import { TodoList } from '../schemas/todoList.ts';
import { locate } from './configuration/locate.ts';
import { notJsonAt } from './configuration/notJson.ts';
import { pointer } from './configuration/pointer.ts';
import { refusal } from './configuration/problem.ts';
import { readYaml, type Bounds, type YamlFile } from './configuration/readYaml.ts';
import { schemaFaults } from './configuration/schemaFaults.ts';

/** A plan of the largest allowed size has half a MiB; reading more than this takes seconds. */
const bounds: Bounds = { kind: 'a plan, contract or report', kibibytes: 2048, expanded: 8 * 2 ** 20 };
const mostShown = 100;

type Reader<T> = (text: string, file: { path: string }) => T;

/** Reads a plan as JSON or YAML; `InvalidConfiguration` lists every problem with JSON pointer, line and column. */
export const parseTodoList: Reader<TodoList> = (text, { path }) => readAs(TodoList, text, path);

/** Reads a contract as JSON or YAML; fails as `parseTodoList` does. */
export const parseContract: Reader<Contract> = (text, { path }) => readAs(Contract, text, path);

/** Reads a test report, which programs write and which is therefore JSON alone; fails as `parseTodoList` does. */
export const parseTestReport: Reader<TestReport> = (text, { path }) => readAs(TestReport, text, path, { onlyJson: true });

/** Reads a build report; the same as a test report. */
export const parseBuildReport: Reader<BuildReport> = (text, { path }) => readAs(BuildReport, text, path, { onlyJson: true });

function readAs<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  path: string,
  { onlyJson = path.endsWith('.json') } = {},
): z.output<Schema> {
  const file = readYaml(text, path, bounds);
  if (onlyJson) checkJson(text, file);
  const result = schema.safeParse(file.value);
  if (result.success) return result.data;
  const faults = schemaFaults(schema, result.error, file.value);
  const problems = faults.slice(0, mostShown).map((fault) => ({ ...locate(file, fault), key: pointer(fault.at) }));
  const sorted = problems.sort((a, b) => a.line - b.line || a.column - b.column);
  throw refusal(sorted, false, mostShown);
}

/** YAML is read so that places are known; what calls itself JSON must be it. */
function checkJson(text: string, { document, lines, path }: YamlFile): void {
  try {
    JSON.parse(text);
  } catch {
    const { line, col } = lines.linePos(notJsonAt(document) ?? 0);
    const place = { path, line: Math.max(line, 1), column: Math.max(col, 1), key: '' };
    throw refusal([{ ...place, problem: 'it is not JSON', fix: 'write it as JSON: no comments, every text in double quotes' }]);
  }
}
