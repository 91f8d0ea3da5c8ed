import type { Reading } from '../../template.ts';
import { type Operation, operations, type Resource, type ServiceSubject } from '../subject.ts';
import { readFields } from './fields.ts';
import { readName } from './names.ts';
import { readFilters, readOperations } from './settings.ts';
import { splitClauses } from './split.ts';

const lead =
  /^\s*(?:please\s+)?(?:(?:build|make|create|write|generate|develop|implement|design|give|i want|i need|we need|we want)\s+)?(?:me\s+|us\s+)?(?:an?\s+|the\s+)?(?:(?:small|simple|little|tiny|new|basic)\s+)*(?:(?:(?:http|restful|rest|json|web|crud)[\s/-]+)+(?:service|api|server|backend)|api)\s+(?:for|to manage|that manages|managing|of)\s+/i;
const resourceClause = /^(?:for\s+|(?:an?\s+)?resource\s+)?([A-Za-z][A-Za-z _-]{0,98}?)\s+(?:with|having|which have|that have)\s+(?:the\s+)?(?:fields?\s*:?\s+)?(\S[^]*)$/i; // prettier-ignore

/** Reads a request for a service of resources by rules; whatever part it does not understand is a problem, never left out. */
export function readService(request: string): Reading {
  const begin = lead.exec(request);
  if (begin === null) return { kind: 'other' };
  const [first = '', ...clauses] = splitClauses(request.slice(begin[0].length));
  if (!resourceClause.test(first)) return withoutFields(first);
  const drafts: Draft[] = [];
  const problems = [first, ...clauses].flatMap((clause) => readClause(clause, drafts));
  const subject: ServiceSubject = { resources: drafts.map(finish) };
  problems.push(...doubles(subject.resources), ...drafts.flatMap(filterProblems));
  if (subject.resources.length > 10) problems.push('at most 10 resources are understood: leave some for another request');
  return problems.length > 0 ? { kind: 'refused', problems: [...new Set(problems)] } : { kind: 'understood', subject };
}

type Draft = Omit<Resource, 'operations' | 'filters'> & { operations?: Operation[]; filters?: string[] };

/** `for books` alone means this kind of work; `for converting currencies between banks` another. */
function withoutFields(clause: string): Reading {
  const name = /^[A-Za-z]+(?:[ _-][A-Za-z]+)?$/.test(clause) && /s$/i.test(clause) && !/^\w+ing\b/i.test(clause);
  return name
    ? { kind: 'refused', problems: [`say which fields ${clause} have, such as "with title (text, required)"`] }
    : { kind: 'other' };
}

function readClause(clause: string, drafts: Draft[]): string[] {
  const draft = drafts.at(-1);
  const filters = readFilters(clause);
  if (filters !== undefined && draft !== undefined) {
    if (draft.filters !== undefined) return [`"${clause}": the filters of ${draft.plural} are there twice: keep one`];
    draft.filters = filters;
    return [];
  }
  const listed = draft && readOperations(clause, draft);
  if (listed !== undefined && draft !== undefined) {
    if (draft.operations !== undefined) return [`"${clause}": the operations of ${draft.plural} are there twice: keep one`];
    draft.operations = listed.operations;
    return listed.problems;
  }
  const match = resourceClause.exec(clause);
  if (match === null)
    return [`"${clause}" is not understood; say a resource ("for books with title (text)"), operations ("list, create and read") or filters ("listing filters by status")`]; // prettier-ignore
  const name = readName(match[1] ?? '');
  if (typeof name === 'string') return [name];
  const { fields, problems } = readFields(match[2] ?? '');
  drafts.push({ ...name, fields });
  if (fields.length > 40) return [...problems, `${name.plural}: at most 40 fields are understood: leave some out`];
  return problems;
}

function finish({ operations: chosen = [...operations], filters = [], ...rest }: Draft): Resource {
  return { ...rest, operations: operations.filter((operation) => chosen.includes(operation)), filters };
}

function doubles(resources: readonly Resource[]): string[] {
  const names = resources.map(({ plural }) => plural);
  const types = resources.map(({ singular }) => singular);
  return names.flatMap((name, i) =>
    names.indexOf(name) < i || types.indexOf(types[i] ?? '') < i ? [`the resource ${name} is there twice: keep one`] : [],
  );
}

function filterProblems(draft: Draft): string[] {
  const { plural, fields, operations, filters = [] } = draft;
  const known = fields.map(({ name }) => name);
  const unknown = filters.filter((name) => !known.includes(name));
  return [
    ...unknown.map((name) => `${plural} have no field ${name} to filter by; known: ${known.join(', ')}`),
    ...(new Set(filters).size < filters.length ? [`${plural}: a filter is there twice: keep one`] : []),
    ...(filters.length > 0 && operations !== undefined && !operations.includes('list')
      ? [`${plural}: filters need the operation list: add it`]
      : []),
  ];
}
