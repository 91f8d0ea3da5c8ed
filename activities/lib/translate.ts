import { type ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { ZodError } from 'zod';
import { failure } from '../../schemas/failures.ts';

/** Most bytes of JSON that an activity may answer: Temporal's limit is 2 MB, and its own error for it would be tried again for ever. */
const largestResult = 1_900_000;

/**
 * The catalogue's failure for an error of Node or zod. What Temporal or Mainstay raised comes back as it is, and so does what nobody
 * knows: Temporal tries that again.
 */
export function translated(error: unknown): unknown {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof ZodError) {
    const issue = error.issues[0];
    return failure(
      'InvalidInput',
      `${issue?.path.join('.') || 'input'}: ${issue?.message ?? 'is not valid'}`,
      { issues: error.issues.slice(0, 20) },
      error,
    );
  }
  if (!(error instanceof Error)) return error;
  return ofSystem(error) ?? (error.cause instanceof Error ? ofSystem(error.cause) : undefined) ?? error;
}

/** The failure for an error of the operating system, undefined for any other. */
function ofSystem(error: Error): ApplicationFailure | undefined {
  if (!('code' in error)) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return failure(
      'StoreFull',
      `no space is left on the disk${path ? ` that holds ${path}` : ''}: free some and run again`,
      undefined,
      error,
    );
  }
  if (error.code === 'ENOENT' && 'syscall' in error && typeof error.syscall === 'string' && error.syscall.startsWith('spawn')) {
    const tool = path ?? error.syscall.replace(/^spawn /, '');
    return failure(
      'ToolMissing',
      `${tool} is not installed on this machine, or not on PATH; 'mainstay doctor' says what needs it`,
      { tool },
      error,
    );
  }
  return undefined;
}

/** The value, when it fits into a workflow's history as JSON; else `ResultTooLarge`. */
export function withinPayloadLimit<T>(name: string, value: T): T {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (bytes <= largestResult) return value;
  throw failure(
    'ResultTooLarge',
    `${name} answered ${bytes} bytes, and a workflow keeps at most ${largestResult}: put what is large into the artifact store`,
  );
}
