import { ApplicationFailure } from '@temporalio/common';
import { expect } from 'vitest';
import { type FailureType, failureType } from '../../../schemas/failures.ts';

/** The failure of a type of the catalogue with which a promise must end. */
export async function failureOf(promise: Promise<unknown>, type: FailureType): Promise<ApplicationFailure> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect({ type: failureType(error), error }).toMatchObject({ type });
  if (error instanceof ApplicationFailure) return error;
  throw error;
}
