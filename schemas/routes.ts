import type { FailureClass } from './debugFailure.ts';

/** Requirement V5: who repairs what. */
export const routes = {
  implementation_bug: 'coder',
  spec_mismatch: 'architect',
  timeout: 'tester',
  flaky_test: 'tester',
} as const satisfies Record<FailureClass, string>;
