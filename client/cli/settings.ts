import { InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import { failure } from '../../schemas/failures.ts';
import { nearest } from '../../schemas/nearest.ts';
import { PipelineRequest } from '../../schemas/runPipeline.ts';

// They have an argument or an option of their own.
const elsewhere = new Set(['repository', 'commit', 'requestedBy']);
const settable = Object.keys(PipelineRequest.shape).filter((key) => !elsewhere.has(key));

/** `--set key=value`, collected: values are read as YAML scalars and lists, so `reuse=false` is a boolean. `InvalidInput` names the nearest key. */
export function collectSetting(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`write it as key=value, for example isolation=process`);
  const key = text.slice(0, at).trim();
  if (!settable.includes(key)) throw failure('InvalidInput', `--set ${key}: no such input${nearest(key, settable)}`);
  return { ...before, [key]: valueOf(text.slice(at + 1)) };
}

function valueOf(text: string): unknown {
  const value: unknown = parse(text, { schema: 'core', maxAliasCount: 0 });
  return value === null || (typeof value === 'object' && !Array.isArray(value)) || typeof value === 'number' ? text : value;
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
