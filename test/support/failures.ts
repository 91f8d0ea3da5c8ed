import { expect } from 'vitest';
import { failureMessage, type FailureType, failureType } from '../../schemas/failures.ts';

/** Expects a promise to fail with a type of the catalogue and a message that holds the text. */
export async function expectFailure(promise: Promise<unknown>, type: FailureType, text: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect({ type: failureType(error), message: failureMessage(error) }).toEqual({ type, message: expect.stringContaining(text) });
}
