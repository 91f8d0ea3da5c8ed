import { z } from 'zod';
import { BuildReport } from './buildReport.ts';
import { Contract } from './contract.ts';
import { PipelineFile } from './pipelineFile.ts';
import { ProjectFile } from './projectFile.ts';
import { TestReport } from './testReport.ts';
import { TodoList } from './todoList.ts';

const files = {
  'pipeline.schema.json': { schema: PipelineFile, title: 'Mainstay pipeline (pipeline.yml)' },
  'project.schema.json': { schema: ProjectFile, title: 'Rules of a project (project.yml)' },
  'todo.schema.json': { schema: TodoList, title: 'Plan of a feature (todo.json)' },
  'contract.schema.json': { schema: Contract, title: 'What the code of a task offers (contract.json)' },
  'build_report.schema.json': { schema: BuildReport, title: 'What scanners, linters and the build say of a change (build_report.json)' },
  'test_report.schema.json': { schema: TestReport, title: 'What test runs say of a change (test_report.json)' },
} as const;

/** The JSON Schemas of the files that people and programs exchange with Mainstay, by file name in `schemas/json/`, as they are committed. */
export function jsonSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([file, { schema, title }]) => [
      file,
      `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`,
    ]),
  );
}
