import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/common';

type FailureRule = {
  /** True when trying again without a change cannot help, so Temporal must not retry. */
  permanent: boolean;
  /** HTTP status at the gateway. */
  http: number;
  /** Exit code of the CLI; each failure has its own, so that scripts can tell them apart. */
  exit: number;
  /** Whom the failure tells: the person who asked, the owners of the repository, or the people who operate Mainstay. */
  tells: 'caller' | 'owners' | 'operators';
};

/** Every failure that Mainstay raises. A bad outcome (tests fail) is a value and is not in here. */
export const failureCatalogue = {
  InvalidInput: { permanent: true, http: 400, exit: 2, tells: 'caller' },
  InvalidConfiguration: { permanent: true, http: 422, exit: 3, tells: 'owners' },
  RepositoryNotFound: { permanent: true, http: 404, exit: 4, tells: 'caller' },
  RefNotFound: { permanent: true, http: 404, exit: 5, tells: 'caller' },
  NotARepository: { permanent: true, http: 422, exit: 6, tells: 'caller' },
  PathOutsideRepository: { permanent: true, http: 422, exit: 7, tells: 'owners' },
  RepositoryRefused: { permanent: true, http: 422, exit: 8, tells: 'owners' },
  ToolMissing: { permanent: true, http: 424, exit: 9, tells: 'operators' },
  IsolationUnavailable: { permanent: true, http: 424, exit: 10, tells: 'operators' },
  StoreFull: { permanent: true, http: 507, exit: 11, tells: 'operators' },
  EngineUnavailable: { permanent: false, http: 503, exit: 12, tells: 'operators' },
  ApprovalDenied: { permanent: true, http: 409, exit: 13, tells: 'owners' },
  ApprovalExpired: { permanent: true, http: 409, exit: 14, tells: 'owners' },
  DecisionRefused: { permanent: true, http: 409, exit: 15, tells: 'caller' },
  RunNotFound: { permanent: true, http: 404, exit: 16, tells: 'caller' },
  UnhealthyRelease: { permanent: true, http: 409, exit: 17, tells: 'owners' },
  DeployFailed: { permanent: true, http: 409, exit: 18, tells: 'owners' },
  RollbackFailed: { permanent: true, http: 500, exit: 19, tells: 'operators' },
  DependencyInstallFailed: { permanent: true, http: 424, exit: 20, tells: 'owners' },
  SourceUnreachable: { permanent: false, http: 502, exit: 21, tells: 'operators' },
  SandboxFailed: { permanent: false, http: 502, exit: 22, tells: 'operators' },
  ArtifactMissing: { permanent: true, http: 410, exit: 23, tells: 'operators' },
  NotOffered: { permanent: true, http: 422, exit: 24, tells: 'caller' },
  ResultTooLarge: { permanent: true, http: 500, exit: 25, tells: 'operators' },
  ReviewBlocked: { permanent: true, http: 409, exit: 26, tells: 'owners' },
  Superseded: { permanent: true, http: 409, exit: 27, tells: 'owners' },
  ResourceLocked: { permanent: true, http: 423, exit: 28, tells: 'caller' },
  LockLost: { permanent: true, http: 409, exit: 29, tells: 'owners' },
  LockOrderViolated: { permanent: true, http: 500, exit: 30, tells: 'operators' },
  SignatureInvalid: { permanent: true, http: 401, exit: 31, tells: 'caller' },
  NotAuthorized: { permanent: true, http: 403, exit: 32, tells: 'caller' },
  NotConfigured: { permanent: true, http: 503, exit: 33, tells: 'operators' },
  /** An outside service refused the request for good: credentials, permissions, unknown object. */
  ServiceRefused: { permanent: true, http: 502, exit: 34, tells: 'operators' },
  /** An outside service is away or asks to wait; Temporal tries again, after the time that the service named. */
  ServiceUnavailable: { permanent: false, http: 503, exit: 35, tells: 'operators' },
  ModelFailed: { permanent: true, http: 502, exit: 36, tells: 'operators' },
  /** No template understands the request, and no model is configured; the message says how to configure one. */
  RequestNotUnderstood: { permanent: true, http: 422, exit: 37, tells: 'caller' },
  BudgetExhausted: { permanent: true, http: 409, exit: 38, tells: 'owners' },
  ChangeRefused: { permanent: true, http: 409, exit: 39, tells: 'owners' },
  RunFailed: { permanent: true, http: 409, exit: 1, tells: 'owners' },
} as const satisfies Record<string, FailureRule>;

export type FailureType = keyof typeof failureCatalogue;

/**
 * The one constructor of failures. `message` says what is wrong and what to do; `details` are plain JSON for programs. `nextRetryDelay`,
 * milliseconds, is when Temporal tries again, in place of its own pause.
 */
export function failure(
  type: FailureType,
  message: string,
  details?: Record<string, unknown>,
  cause?: unknown,
  nextRetryDelay?: number,
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: failureCatalogue[type].permanent,
    details: details === undefined ? [] : [details],
    cause: cause instanceof Error ? cause : undefined,
    ...(nextRetryDelay === undefined ? {} : { nextRetryDelay }),
  });
}

/** The catalogue's type of an error, looking through Temporal's wrappers; undefined when it is none of ours. */
export function failureType(error: unknown): FailureType | undefined {
  const root = rootFailure(error);
  const type = root instanceof ApplicationFailure ? root.type : undefined;
  return type != null && Object.hasOwn(failureCatalogue, type) ? (type as FailureType) : undefined;
}

/** The message that a person should read: the innermost failure's, not the wrapper's. */
export function failureMessage(error: unknown): string {
  const root = rootFailure(error);
  if (root instanceof TimeoutFailure) return timeoutMessage(root);
  if (root instanceof Error) return root.message;
  return String(root);
}

function rootFailure(error: unknown): unknown {
  let current = error;
  while (
    (current instanceof ActivityFailure || current instanceof ChildWorkflowFailure || isWorkflowFailedError(current)) &&
    current.cause !== undefined
  ) {
    current = current.cause;
  }
  return current;
}

// The client package wraps a failed run in a class of its own, which workflow code cannot import.
function isWorkflowFailedError(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'WorkflowFailedError' || error.name === 'WorkflowUpdateFailedError');
}

function timeoutMessage(timeout: TimeoutFailure): string {
  return timeout.timeoutType === 'HEARTBEAT'
    ? 'the worker stopped answering (no heartbeat)'
    : `the step did not end in time (${timeout.timeoutType})`;
}
