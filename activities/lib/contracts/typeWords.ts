export type JsonSchema = Record<string, unknown>;
/** The schema of a data model by its name, as a reference; undefined when there is none. */
export type ModelRef = (name: string) => JsonSchema | undefined;

const plain: Record<string, JsonSchema> = {
  string: { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
  object: { type: 'object' },
  any: {},
  time: { type: 'string', format: 'date-time' },
  day: { type: 'string', format: 'date' },
  url: { type: 'string', format: 'uri' },
};
/** Names of the plain types in the languages of contracts. */
const spellings: Record<keyof typeof plain, string> = {
  string: 'string str String &str text uuid UUID bytes',
  number: 'number float double Decimal float32 float64 f32 f64',
  integer: 'integer int bigint int32 int64 uint usize i32 i64 u32 u64 u8',
  boolean: 'boolean bool',
  null: 'null None undefined nil',
  object: 'object dict',
  any: 'any Any unknown interface',
  time: 'Date datetime time.Time timestamp',
  day: 'date',
  url: 'URL url',
};
const names = new Map(Object.entries(spellings).flatMap(([kind, words]) => words.split(' ').map((word) => [word, kind] as const)));

const wrappers: [pattern: RegExp, schema: (inner: JsonSchema) => JsonSchema][] = [
  [/^(?:Promise|Awaited|Readonly|Awaitable)[<[]([^]+)[>\]]$/, (inner) => inner],
  [/^(?:Array|ReadonlyArray|Set|list|List|Sequence|set|Vec)[<[]([^]+)[>\]]$/, arrayOf],
  [/^\[\]([^]+)$/, arrayOf],
  [/^(?:Record|Map|dict|Dict|HashMap)[<[]\s*(?:string|str|String)\s*,([^]+)[>\]]$/, mapOf],
  [/^map\[string\]([^]+)$/, mapOf],
  [/^(?:Optional|Option)[<[]([^]+)[>\]]$/, (inner) => unionOf([inner, { type: 'null' }])],
  [/^([^]+)\[\]$/, arrayOf],
  [/^\(([^]+)\)$/, (inner) => inner],
];

/** A type in words, such as `number[]` or `Book | null`, as JSON Schema; one that is not understood is free, with its words as description. */
export function schemaOfType(type: string, modelRef: ModelRef): JsonSchema {
  const words = type.trim();
  const parts = splitUnion(words);
  if (parts.length > 1) return unionOf(parts.map((part) => schemaOfType(part, modelRef)));
  const model = modelRef(words);
  if (model !== undefined) return model;
  const known = names.get(words);
  if (known !== undefined) return { ...plain[known] };
  const literal = literalOf(words);
  if (literal !== undefined) return { const: literal };
  for (const [pattern, wrap] of wrappers) {
    const inner = pattern.exec(words)?.[1];
    if (inner !== undefined && isBalanced(inner)) return wrap(schemaOfType(inner, modelRef));
  }
  return { description: words };
}

function arrayOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

function mapOf(values: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: values };
}

function unionOf(schemas: JsonSchema[]): JsonSchema {
  const consts = schemas.flatMap((schema) => (Object.hasOwn(schema, 'const') ? [schema.const] : []));
  if (consts.length === schemas.length) return { enum: [...new Set(consts)] };
  const rest = schemas.filter((schema) => !Object.hasOwn(schema, 'const'));
  return { anyOf: [...rest, ...(consts.length > 0 ? [{ enum: [...new Set(consts)] }] : [])] };
}

/** `'draft'`, `"final"`, `3`, `true`. */
function literalOf(words: string): unknown {
  const quoted = /^'([^'\\]*)'$|^"([^"\\]*)"$/.exec(words);
  if (quoted !== null) return quoted[1] ?? quoted[2];
  if (/^-?\d{1,15}(?:\.\d+)?$/.test(words)) return Number(words);
  return words === 'true' ? true : words === 'false' ? false : undefined;
}

/** The members of `A | B`, bars inside brackets and quotes left alone. */
function splitUnion(words: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (const char of words) {
    if (quote === '' && char === '|' && depth === 0) {
      parts.push('');
      continue;
    }
    if (quote === '' && /[<[({]/.test(char)) depth++;
    if (quote === '' && /[>\])}]/.test(char)) depth--;
    if (/['"]/.test(char) && (quote === '' || quote === char)) quote = quote === '' ? char : '';
    parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** `A> | B<C` is no inner of `Promise<A> | B<C>`. */
function isBalanced(words: string): boolean {
  let depth = 0;
  for (const char of words) {
    if (/[<[(]/.test(char)) depth++;
    if (/[>\])]/.test(char) && --depth < 0) return false;
  }
  return depth === 0;
}

type Field = { name: string; type: string; required: boolean; description: string };

/** An object of fields, as JSON Schema. */
export function objectOf(fields: readonly Field[], modelRef: ModelRef): JsonSchema {
  const required = [...new Set(fields.filter((field) => field.required).map(({ name }) => name))];
  const properties = fields.map(({ name, type, description }): [string, JsonSchema] => {
    const schema = schemaOfType(type, modelRef);
    return [name, description === '' ? schema : { ...schema, description: [schema.description, description].filter(Boolean).join(': ') }];
  });
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}
