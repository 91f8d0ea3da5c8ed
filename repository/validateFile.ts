import { failure } from '../schemas/failures.ts';
import { nearest } from '../schemas/nearest.ts';
import { parsePipeline, parseProject } from './configFile.ts';

export const fileTypes = ['pipeline', 'project'] as const;

/** Checks one configuration file; returns when it is right, fails as its parser does, and with `InvalidInput` for an unknown type. */
export function validateFile({ type, text, path }: { type: string; text: string; path: string }): void {
  if (type === 'pipeline') parsePipeline(text, { path });
  else if (type === 'project') parseProject(text, { path });
  else throw failure('InvalidInput', `type: no file type "${type}"${nearest(type, fileTypes)}`);
}
