import { EvaluationError, ParseError, TypeError as CelTypeError, type ASTNode, type Environment } from '@marcbachmann/cel-js';
import { safeMatches } from './environment.ts';

/** `position` is the character, counted from 1. */
export type ConditionFault = { problem: string; position: number };

class Refused extends Error {
  readonly position: number;
  constructor(problem: string, position: number) {
    super(problem);
    this.position = position;
  }
}

const loops = ['all', 'exists', 'exists_one', 'map', 'filter'];

/** The expression as it may be evaluated: safe matching, no loop inside a loop. Throws what `faultOfError` explains. */
export function prepare(environment: Environment, expression: string): string {
  if (expression.trim() === '') throw new Refused('the condition is empty', 1);
  let safe = expression;
  walk(environment.parse(expression).ast, 0, (node, depth) => {
    if (node.op !== 'rcall') return;
    const [name, receiver] = node.args;
    if (loops.includes(name) && depth > 1) throw new Refused(`${name}() inside another loop over a list is not offered`, node.start + 1);
    if (name !== 'matches') return;
    const at = safe.indexOf('matches', receiver.end);
    safe = safe.slice(0, at) + safeMatches + safe.slice(at + safeMatches.length);
  });
  walk(environment.parse(safe).ast, 0, (node) => {
    if (node.op === 'rcall' && node.args[0] === 'matches') throw new Refused('write matches() without a comment before it', node.start + 1);
  });
  return safe;
}

function walk(node: ASTNode, depth: number, visit: (node: ASTNode, depth: number) => void): void {
  const inner = node.op === 'rcall' && loops.includes(node.args[0]) ? depth + 1 : depth;
  visit(node, inner);
  for (const child of children(node.args)) walk(child, inner, visit);
}

function children(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(children);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}

/** The stages whose results an expression names: `results.test`, `results["test-node-20"]`. */
export function resultNames(environment: Environment, expression: string): string[] {
  const names = new Set<string>();
  walk(environment.parse(expression).ast, 0, (node) => {
    if (node.op !== '.' && node.op !== '[]') return;
    const [owner, key] = node.args;
    if (owner.op !== 'id' || owner.args !== 'results') return;
    const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
    if (typeof name === 'string') names.add(name);
  });
  return [...names];
}

/** Explains an error of parsing, checking or evaluating in one line. */
export function faultOfError(error: unknown): ConditionFault {
  if (error instanceof Refused) return { problem: error.message, position: error.position };
  if (error instanceof ParseError || error instanceof EvaluationError || error instanceof CelTypeError) {
    return { problem: error.summary, position: (error.range?.start ?? 0) + 1 };
  }
  return { problem: error instanceof Error ? error.message : String(error), position: 1 };
}
