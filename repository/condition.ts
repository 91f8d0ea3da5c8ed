import { failure } from '../schemas/failures.ts';
import { conditionEnvironment, type ConditionFacts } from './condition/environment.ts';
import { faultOfError, prepare, resultNames, type ConditionFault } from './condition/prepare.ts';

export type { ConditionFacts } from './condition/environment.ts';
export type { ConditionFault } from './condition/prepare.ts';

const noFacts: ConditionFacts = { branch: '', event: '', ref: '', commit: '', changed: [], results: {}, matrix: {}, environment: '' };

/** What is wrong with a `when` expression before it is evaluated; undefined when it compiles and its type can be bool. */
export function checkWhen(expression: string): ConditionFault | undefined {
  try {
    const environment = conditionEnvironment(noFacts);
    const { type, valid, error } = environment.check(prepare(environment, expression));
    if (!valid) return faultOfError(error);
    return type === 'bool' || type === 'dyn' ? undefined : { problem: `gives ${type}, not true or false`, position: 1 };
  } catch (error) {
    return faultOfError(error);
  }
}

/** Ids of the stages whose results a sound expression names. */
export function resultsIn(expression: string | undefined): string[] {
  return expression === undefined ? [] : resultNames(conditionEnvironment(noFacts), expression);
}

/** Whether a stage's `when` holds. Deterministic, linear in the facts, without side effects. `InvalidConfiguration` names expression and position. */
export function evaluateWhen(expression: string, facts: ConditionFacts): boolean {
  const fault = checkWhen(expression);
  if (fault !== undefined) throw refusal(expression, fault);
  const value = evaluate(expression, facts);
  if (typeof value === 'boolean') return value;
  throw refusal(expression, { problem: `gives ${typeof value}, not true or false`, position: 1 });
}

function evaluate(expression: string, facts: ConditionFacts): unknown {
  try {
    const environment = conditionEnvironment(facts);
    return environment.evaluate(prepare(environment, expression), { ...facts, changed: [...facts.changed] });
  } catch (error) {
    throw refusal(expression, faultOfError(error), error);
  }
}

function refusal(expression: string, fault: ConditionFault, cause?: unknown): Error {
  return failure('InvalidConfiguration', `when: ${expression}: ${fault.problem} (at character ${fault.position}); correct the condition`, {
    expression,
    ...fault,
  }, cause); // prettier-ignore
}
