import { camel, FieldName, type Field } from '../subject.ts';
import { readTraits } from './traits.ts';
import { splitList } from './split.ts';

/** Names that the service itself gives a meaning to, or that JavaScript objects have. */
const taken = ['id', 'limit', 'offset', 'constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString', 'toString', 'valueOf']; // prettier-ignore

/** Reads `title (text, required), pages (number ≥ 1) and status (draft or final)`. */
export function readFields(text: string): { fields: Field[]; problems: string[] } {
  const fields: Field[] = [];
  const problems: string[] = [];
  for (const item of splitList(text)) {
    const field = readField(item);
    if (typeof field === 'string') problems.push(field);
    else if (fields.some(({ name }) => name === field.name)) problems.push(`the field ${field.name} is there twice: keep one`);
    else fields.push(field);
  }
  return { fields, problems };
}

function readField(item: string): Field | string {
  const match = /^(?:(?:an?|the) (?=[^\s(]))?([^()]*?)\s*\(([^()]*)\)$/.exec(item);
  if (match === null)
    return `"${item}" is not understood as a field: write its name, and its type in brackets, such as title (text, required)`;
  const [, words = '', inside = ''] = match;
  if (/\bwith\b/.test(words)) return `"${item}": begin another resource after a semicolon, such as "; for authors with name (text)"`;
  const name = camel(words.trim().replace(/^[A-Z]/, (letter) => letter.toLowerCase()));
  if (!FieldName.safeParse(name).success)
    return `"${words}" cannot be a field's name: use letters and digits, at most 40, and a letter first`;
  if (taken.includes(name)) return `a field cannot be called ${name}, which has a meaning already: choose another name`;
  const traits = readTraits(inside);
  return typeof traits === 'string' ? `${name}: ${traits}` : { name, ...traits };
}
