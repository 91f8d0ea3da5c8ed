import { z } from 'zod';
import { PipelineFile } from './pipelineFile.ts';
import { ProjectFile } from './projectFile.ts';

const files = {
  'pipeline.schema.json': { schema: PipelineFile, title: 'Mainstay pipeline (pipeline.yml)' },
  'project.schema.json': { schema: ProjectFile, title: 'Rules of a project (project.yml)' },
} as const;

/** The JSON Schemas of the configuration files, by file name in `schemas/json/`, as they are committed for editors. */
export function jsonSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([file, { schema, title }]) => [
      file,
      `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`,
    ]),
  );
}
