import { failure } from '../../../schemas/failures.ts';

// GitHub's payloads nest some ten levels.
const deepest = 64;

/** A delivery's body as text; `InvalidInput` when the bytes are no UTF-8, so that the text stands for exactly these bytes. */
export function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw failure('InvalidInput', 'body: is not UTF-8', { field: 'body' }, cause);
  }
}

/** The payload in a body: JSON itself, or in the field `payload` of a form. Only ever given a body whose signature holds. */
export function payloadOf(text: string, contentType: string): unknown {
  const json = contentType.startsWith('application/x-www-form-urlencoded') ? formField(text) : text;
  if (deeperThan(json, deepest)) throw failure('InvalidInput', `payload: nests deeper than ${deepest} levels`, { field: 'payload' });
  try {
    return JSON.parse(json) as unknown;
  } catch (cause) {
    throw failure('InvalidInput', 'payload: is not JSON', { field: 'payload' }, cause);
  }
}

function formField(text: string): string {
  const values = new URLSearchParams(text).getAll('payload');
  if (values.length === 1 && values[0] !== undefined) return values[0];
  throw failure('InvalidInput', 'payload: a form must have this field, once', { field: 'payload' });
}

/** Counts brackets outside of strings; a text that is no JSON is found out by the parser. */
function deeperThan(json: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') at = endOfString(json, at);
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    if (depth > most) return true;
  }
  return false;
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}
