import type { Contract, Interface } from '../../schemas/contract.ts';
import type { Evidence } from '../../schemas/debugFailure.ts';
import { isJavaScript, parseJavaScript } from '../lib/tests/javascript/syntax.ts';
import { isPython, parsePython } from '../lib/tests/python/syntax.ts';
import { offersOfJavaScript } from './shapes/javascript.ts';
import { offersOfPython } from './shapes/python.ts';
import { type Offers, type Parameter, type Shape, shapeText } from './shapes/shape.ts';

export type Compared = Pick<Evidence, 'mismatches'> & { /** Interfaces that the code does not offer at all. */ missing: string[] };

/** Pure: where the code's real shape is not the contract's. What its text does not tell is not held against it. */
export function compareContract({ interfaces }: Pick<Contract, 'interfaces'>, texts: ReadonlyMap<string, string>): Compared {
  const compared: Compared = { mismatches: [], missing: [] };
  for (const one of interfaces) {
    if (one.kind === 'endpoint' || one.kind === 'command') continue;
    const offers = offersOf(one.module, texts.get(one.module));
    if (offers === 'unknown') continue;
    const found = offers && find(offers, one);
    if (found === undefined) compared.missing.push(`${one.of ? `${one.of}.` : ''}${one.name} in ${one.module}`);
    else if (found !== 'unknown' && differs(one, found, isPython(one.module))) {
      compared.mismatches.push({
        interface: `${one.of ? `${one.of}.` : ''}${one.name}`,
        expected: expectedText(one),
        found: shapeText(found),
      });
    }
  }
  return compared;
}

function offersOf(path: string, text: string | undefined): Offers | undefined | 'unknown' {
  if (text === undefined) return undefined;
  if (isPython(path)) return offersOfPython(parsePython(text));
  if (!isJavaScript(path)) return 'unknown';
  const js = parseJavaScript(path, text);
  return 'error' in js ? 'unknown' : offersOfJavaScript(js);
}

function find(offers: Offers, { name, of, kind }: Interface): Shape | undefined | 'unknown' {
  const [first = '', second] = of === undefined ? name.split('.') : [of, name.replace(`${of}.`, '')];
  const shape = offers.names.get(first) ?? (kind === 'method' || of !== undefined ? undefined : offers.names.get('default'));
  if (shape === undefined) return offers.open ? 'unknown' : undefined;
  if (second === undefined) return shape;
  if (shape.kind !== 'class') return shape.kind === 'value' ? 'unknown' : shape;
  return second === 'constructor' || second === '__init__' ? shape : shape.methods.get(second);
}

function differs(contract: Interface, found: Shape, python: boolean): boolean {
  if (found.kind === 'value') return false;
  if (contract.kind === 'constant') return true;
  if ((contract.kind === 'class') !== (found.kind === 'class'))
    return !(contract.kind === 'method' && /^(?:constructor|__init__)$/.test(contract.name));
  if (contract.kind === 'class' && contract.parameters.length === 0) return false;
  if (parametersDiffer(contract.parameters, found.parameters, python)) return true;
  return found.kind === 'function' && returnsDiffer(contract.returns.type, found, python);
}

function parametersDiffer(wanted: Interface['parameters'], found: readonly Parameter[], python: boolean): boolean {
  const plain = found.filter(({ rest }) => !rest);
  const takesMore = found.length > plain.length;
  // More than the contract names may only be what a caller can leave out.
  if (plain.slice(wanted.length).some(({ required }) => required)) return true;
  if (plain.length < wanted.length && !takesMore) return true;
  if (wanted.some(({ required }, i) => !required && plain[i]?.required === true)) return true;
  const [names, real] = [wanted.map(({ name }) => name), plain.map(({ name }) => name)];
  // Callers of Python may use the names; elsewhere only another order of the same names is another signature.
  if (python) return !takesMore && names.some((name, i) => real[i] !== name);
  return names.some((name, i) => real[i] !== name && real[i] !== '…' && real.includes(name) && names.includes(real[i] ?? ''));
}

const waits = /^(?:Promise|PromiseLike|Awaitable|Coroutine|AsyncGenerator|AsyncIter\w+)\b/;
const simple = [/^(?:string|number|boolean|void|bigint)$/, /^(?:str|int|float|bool|None)$/];

function returnsDiffer(type: string, found: Extract<Shape, { kind: 'function' }>, python: boolean): boolean {
  const wanted = type.trim();
  if (found.async && !waits.test(wanted)) return true;
  if (!found.async && found.returns !== undefined && waits.test(wanted) !== waits.test(found.returns.trim()))
    return !/^(?:any|unknown)$/.test(found.returns);
  // `def` cannot be awaited unless it says so.
  if (python && !found.async && found.returns === undefined) return false;
  const written = found.returns?.trim();
  // Both in words of one language: `number` of a Python function says nothing.
  return written !== undefined && written !== wanted && simple.some((words) => words.test(wanted) && words.test(written));
}

function expectedText(contract: Interface): string {
  const parameters = contract.parameters.map(({ name, required }) => `${name}${required ? '' : '?'}`).join(', ');
  if (contract.kind === 'constant') return 'a value';
  return contract.kind === 'class' ? `class (${parameters})` : `function (${parameters}) → ${contract.returns.type}`;
}
