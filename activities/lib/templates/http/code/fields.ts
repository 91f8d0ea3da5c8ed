import { capital, withArticle } from '../wording.ts';
import { traitsOf } from '../describe.ts';
import { namesOf, type Field, type Resource } from '../subject.ts';

/** The module of a resource: its types, and the functions that read it from outside. */
export function fieldsModule(resource: Resource): string {
  const { type } = namesOf(resource);
  const { singular, fields, filters } = resource;
  const usesText = fields.some(({ kind }) => kind === 'text');
  return `/** What may be said of ${withArticle(singular)}. */
export type ${type}Values = {
${fields.map((field) => `  /** ${traitsOf(field).join(', ')} */\n  ${field.name}${field.required ? '' : '?'}: ${typeOf(field)};`).join('\n')}
};

/** ${capital(withArticle(singular))} as it is kept. */
export type ${type} = ${type}Values & { id: string };

/** What is wrong with one field, in words. */
export type FieldProblem = { field: string; problem: string };

type Rule = { required: boolean; problemOf(value: unknown): string | undefined };

const rules: Record<string, Rule> = {
${fields.map((field) => `  ${field.name}: { required: ${field.required}, problemOf: ${ruleOf(field)} },`).join('\n')}
};

/** Reads ${withArticle(singular)} from outside; tells every problem, field by field. */
export function read${type}(input: unknown): { value: ${type}Values } | { problems: FieldProblem[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { problems: [{ field: '', problem: 'must be an object' }] };
  const given = new Map<string, unknown>(Object.entries(input));
  const problems: FieldProblem[] = [];
  for (const field of given.keys()) if (!Object.hasOwn(rules, field)) problems.push({ field, problem: 'is not a field of ${withArticle(singular)}' });
  for (const [field, { required, problemOf }] of Object.entries(rules)) {
    const problem = given.has(field) ? problemOf(given.get(field)) : required ? 'is missing' : undefined;
    if (problem !== undefined) problems.push({ field, problem });
  }
  return problems.length > 0 ? { problems } : { value: Object.fromEntries(given) as ${type}Values };
}

/** How a filter's text becomes the value that it is compared with. */
const filters: Record<string, (text: string) => unknown> = {
${filters.map((name) => `  ${name}: ${converterOf(fields.find((field) => field.name === name))},`).join('\n')}
};

/** Reads the filters of a listing from its query; a parameter that it does not know is a problem. */
export function read${type}Filters(query: URLSearchParams): { filters: Partial<${type}Values> } | { problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const found: Record<string, unknown> = {};
  for (const field of new Set(query.keys())) {
    if (field === 'limit' || field === 'offset') continue;
    const values = query.getAll(field);
    const convert = Object.hasOwn(filters, field) ? filters[field] : undefined;
    const value = convert?.(values[0] ?? '');
    const problemOf = () => (values.length > 1 ? 'is there twice' : rules[field]?.problemOf(value));
    const problem = convert === undefined ? 'is not a filter of this list' : problemOf();
    if (problem === undefined) found[field] = value;
    else problems.push({ field, problem });
  }
  return problems.length > 0 ? { problems } : { filters: found as Partial<${type}Values> };
}
${helpers(fields, usesText)}`;
}

function typeOf({ kind, choices = [] }: Field): string {
  if (kind === 'choice') return choices.map((choice) => `'${choice}'`).join(' | ');
  return kind === 'number' || kind === 'integer' ? 'number' : kind === 'boolean' ? 'boolean' : 'string';
}

function converterOf(field: Field | undefined): string {
  if (field?.kind === 'number' || field?.kind === 'integer') return "(text) => (text.trim() === '' ? Number.NaN : Number(text))";
  return field?.kind === 'boolean' ? "(text) => (text === 'true' ? true : text === 'false' ? false : text)" : '(text) => text';
}

function ruleOf(field: Field): string {
  const { kind, choices = [], min, max, above, below } = field;
  const bounds = JSON.stringify({ min, max, above, below })
    .replaceAll(/"(\w+)":/g, ' $1: ')
    .replace(/\}$/, ' }')
    .replace('{ }', '{}');
  if (kind === 'text') return `text(${min ?? (field.required ? 1 : 0)}, ${max ?? 10_000})`;
  if (kind === 'number' || kind === 'integer') return `number(${bounds}, ${kind === 'integer'})`;
  if (kind === 'choice') return `choice([${choices.map((choice) => `'${choice}'`).join(', ')}])`;
  return kind;
}

/** Only those that the fields need: the project's own checks would complain of the others. */
function helpers(fields: readonly Field[], usesText: boolean): string {
  const kinds = new Set(fields.map(({ kind }) => kind));
  return [
    usesText ? sources.text : '',
    kinds.has('number') || kinds.has('integer') ? sources.number : '',
    kinds.has('choice') ? sources.choice : '',
    kinds.has('boolean') ? sources.boolean : '',
    kinds.has('date') || kinds.has('timestamp') ? sources.date : '',
    kinds.has('timestamp') ? sources.timestamp : '',
    kinds.has('email') ? sources.email : '',
    kinds.has('url') ? sources.url : '',
  ].join('');
}

const sources = {
  text: `
function text(least: number, most: number): Rule['problemOf'] {
  return (value) => {
    if (typeof value !== 'string') return 'must be a text';
    const length = [...value].length;
    if (least > 0 && value.trim() === '') return 'must not be empty';
    return length < least || length > most ? \`must have \${least} to \${most} characters\` : undefined;
  };
}
`,
  number: `
function number(bounds: { min?: number; max?: number; above?: number; below?: number }, whole: boolean): Rule['problemOf'] {
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
    if (whole && !Number.isSafeInteger(value)) return 'must be a whole number';
    if (bounds.min !== undefined && value < bounds.min) return \`must be at least \${bounds.min}\`;
    if (bounds.max !== undefined && value > bounds.max) return \`must be at most \${bounds.max}\`;
    if (bounds.above !== undefined && value <= bounds.above) return \`must be more than \${bounds.above}\`;
    if (bounds.below !== undefined && value >= bounds.below) return \`must be less than \${bounds.below}\`;
    return undefined;
  };
}
`,
  choice: `
function choice(choices: readonly string[]): Rule['problemOf'] {
  return (value) => (choices.some((one) => one === value) ? undefined : \`must be one of \${choices.join(', ')}\`);
}
`,
  boolean: `
function boolean(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'must be true or false';
}
`,
  date: `
function date(value: unknown): string | undefined {
  const right = typeof value === 'string' && /^\\d{4}-\\d{2}-\\d{2}$/.test(value) && isDay(value);
  return right ? undefined : 'must be a day such as 2024-02-29';
}

/** A day that the calendar has: 31 February is moved by Date, and so differs. */
function isDay(text: string): boolean {
  const time = Date.parse(\`\${text}T00:00:00Z\`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
`,
  timestamp: `
function timestamp(value: unknown): string | undefined {
  const form = /^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?(?:Z|[+-]\\d{2}:\\d{2})$/;
  const right = typeof value === 'string' && form.test(value) && date(value.slice(0, 10)) === undefined && !Number.isNaN(Date.parse(value));
  return right ? undefined : 'must be a time such as 2024-02-29T12:30:00Z';
}
`,
  email: `
function email(value: unknown): string | undefined {
  const right = typeof value === 'string' && value.length <= 254 && /^[^\\s@<>"]+@[^\\s@.<>"]+(?:\\.[^\\s@.<>"]+)+$/.test(value);
  return right ? undefined : 'must be an e-mail address';
}
`,
  url: `
function url(value: unknown): string | undefined {
  const right = typeof value === 'string' && value.length <= 2000 && /^https?:\\/\\//.test(value) && URL.canParse(value);
  return right ? undefined : 'must be a web address that begins with http:// or https://';
}
`,
};
