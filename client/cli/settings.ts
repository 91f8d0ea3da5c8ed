import { InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import type { z } from 'zod';
import { BuildFeatureRequest } from '../../schemas/buildFeature.ts';
import { failure } from '../../schemas/failures.ts';
import { nearest } from '../../schemas/nearest.ts';
import { PipelineRequest } from '../../schemas/runPipeline.ts';

type Collector = (text: string, before?: Record<string, unknown>) => Record<string, unknown>;

/** `--set key=value` of a pipeline; what is left out has an argument or an option of its own. */
export const collectSetting = collectorFor(PipelineRequest.shape, ['repository', 'commit', 'requestedBy']);

/** `--set key=value` of a plan or a build. */
export const collectFeatureSetting = collectorFor(BuildFeatureRequest.shape, [
  'request',
  'repository',
  'commit',
  'requestedBy',
  'approvedBy',
  'todoList',
  'budget',
  'github',
]);

/** Collects `key=value`: values are read as YAML scalars and lists, so `reuse=false` is a boolean. `InvalidInput` names the nearest key. */
function collectorFor(shape: Readonly<Record<string, z.ZodType>>, elsewhere: readonly string[]): Collector {
  const settable = Object.keys(shape).filter((key) => !elsewhere.includes(key));
  return (text, before = {}) => {
    const at = text.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(`write it as key=value, for example isolation=process`);
    const key = text.slice(0, at).trim();
    if (!settable.includes(key)) throw failure('InvalidInput', `--set ${key}: no such input${nearest(key, settable)}`);
    return { ...before, [key]: valueOf(text.slice(at + 1), shape[key]) };
  };
}

function valueOf(text: string, schema: z.ZodType | undefined): unknown {
  const value: unknown = parse(text, { schema: 'core', maxAliasCount: 0 });
  // A branch may be called 1234567.
  if (typeof value === 'number') return schema?.safeParse(text).success ? text : value;
  return value === null || (typeof value === 'object' && !Array.isArray(value)) ? text : value;
}

/** `a,b` as a list, without empty parts. */
export function commaList(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  const list = parts.filter((part) => part !== '');
  if (list.length === 0) throw new InvalidArgumentError('name at least one');
  return list;
}

/** A whole number from 1. */
export function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1');
  return Number(text);
}
