import { basename } from 'node:path';
import { failure } from '../schemas/failures.ts';
import { nearest } from '../schemas/nearest.ts';
import { parsePipeline, parseProject } from './configFile.ts';
import { parseBuildReport, parseContract, parseTestReport, parseTodoList } from './developFile.ts';

const parsers = {
  pipeline: parsePipeline,
  project: parseProject,
  todo: parseTodoList,
  contract: parseContract,
  build_report: parseBuildReport,
  test_report: parseTestReport,
} as const;

export const fileTypes = [
  'pipeline',
  'project',
  'todo',
  'contract',
  'build_report',
  'test_report',
] as const satisfies readonly (keyof typeof parsers)[];
export type FileType = (typeof fileTypes)[number];

/** Checks one file and answers its value with defaults filled in; fails as its parser does, and with `InvalidInput` for an unknown type. */
export function validateFile({ type, text, path }: { type: string; text: string; path: string }): unknown {
  if (!isFileType(type)) throw failure('InvalidInput', `type: no file type "${type}"${nearest(type, fileTypes)}`);
  return parsers[type](text, { path });
}

/** What a file is by its name: `todo_list.json` is a todo. Fails with `InvalidInput` for a name that does not tell. */
export function fileTypeOf(path: string): FileType {
  const name = basename(path).split('.')[0] ?? '';
  if (name === 'todo_list') return 'todo';
  if (isFileType(name)) return name;
  const choice = `${fileTypes.slice(0, -1).join(', ')} or ${fileTypes.at(-1)}`;
  throw failure('InvalidInput', `${path}: its name does not tell what it is; add --type ${choice}`);
}

function isFileType(name: string): name is FileType {
  return Object.hasOwn(parsers, name);
}
