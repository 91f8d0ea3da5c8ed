import { withArticle } from '../wording.ts';
import { namesOf, type Resource } from '../subject.ts';
import { edgesOf, sampleOf, valuesOf, wrongsOf } from '../samples.ts';
import { show } from './expressions.ts';

/** Open tests of a resource's fields: right values, and for each field one that is missing or plainly wrong. */
export function fieldTests(resource: Resource): string {
  const { type } = namesOf(resource);
  const { singular, fields, filters } = resource;
  const whole = valuesOf(resource, 1);
  const wrong = fields.map((field) => [field.name, wrongsOf(field)[0]]);
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  const filtered = fields.filter(({ name }) => filters.includes(name));
  return `${head(resource)}
const whole = ${show(whole)};

test('reads a whole ${singular}', () => {
  assert.deepEqual(read${type}(whole), { value: whole });
});

test('reads ${withArticle(singular)} that has only what is required', () => {
  const least = ${show(valuesOf(resource, 2, 'required'))};
  assert.deepEqual(read${type}(least), { value: least });
});

for (const [field, value] of ${show(wrong)} as [string, unknown][]) {
  test(\`tells that \${field} is wrong\`, () => {
    assert.deepEqual(fieldsOf(read${type}({ ...whole, [field]: value })), [field]);
  });
}

${required.length === 0 ? '' : missingTests(required, type)}test('knows no other field', () => {
  assert.deepEqual(fieldsOf(read${type}({ ...whole, somethingElse: 1 })), ['somethingElse']);
});

test('reads no filter from an empty query', () => {
  assert.deepEqual(read${type}Filters(new URLSearchParams()), { filters: {} });
});
${filtered
  .map(
    (field) => `
test('reads the filter ${field.name}', () => {
  const query = new URLSearchParams({ ${field.name}: ${show(String(sampleOf(field, 1)))} });
  assert.deepEqual(read${type}Filters(query), { filters: { ${field.name}: ${show(sampleOf(field, 1))} } });
});
`,
  )
  .join('')}`;
}

/** Held-out tests of a resource's fields: edges, other values, hostile forms. */
export function fieldEdgeTests(resource: Resource): string {
  const { type } = namesOf(resource);
  const { fields, filters } = resource;
  const wrong = fields.flatMap((field) => wrongsOf(field).slice(1).map((value) => [field.name, value])); // prettier-ignore
  const right = fields.flatMap((field) => [sampleOf(field, 5), ...edgesOf(field)].map((value) => [field.name, value]));
  const filtered = fields.filter(({ name }) => filters.includes(name));
  const wrongNames = fields.map(({ name }) => name);
  const plain = fields.find(({ name }) => !filters.includes(name))?.name;
  return `${head(resource)}
const whole = ${show(valuesOf(resource, 4))};

for (const [field, value] of ${show(right)} as [string, unknown][]) {
  test(\`takes \${JSON.stringify(value).slice(0, 40)} as \${field}\`, () => {
    const given = { ...whole, [field]: value };
    assert.deepEqual(read${type}(given), { value: given });
  });
}

for (const [field, value] of ${show(wrong)} as [string, unknown][]) {
  test(\`refuses \${JSON.stringify(value).slice(0, 40)} as \${field}\`, () => {
    assert.deepEqual(fieldsOf(read${type}({ ...whole, [field]: value })), [field]);
  });
}

test('tells all problems at once, each in words', () => {
  const reading = read${type}(${show(Object.fromEntries(fields.map((field) => [field.name, wrongsOf(field)[0]])))});
  assert.deepEqual(fieldsOf(reading).sort(), ${show([...wrongNames].sort())});
  assert.ok('problems' in reading && reading.problems.every(({ problem }) => problem.length > 3));
});

for (const input of [null, undefined, 7, 'text', [], [whole]]) {
  test(\`\${JSON.stringify(input)} is no object\`.slice(0, 60), () => {
    assert.ok('problems' in read${type}(input));
  });
}

test('takes no field from the prototype', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const given: unknown = JSON.parse(JSON.stringify(whole).replace(/^\\{/, \`{"\${name}":{},\`).replace(',}', '}'));
    assert.deepEqual(fieldsOf(read${type}(given)), [name]);
  }
});

test('refuses filters that it does not know', () => {
  const names = ${show([...(plain === undefined ? [] : [plain]), 'other', '__proto__', 'constructor'])};
  for (const name of names) assert.deepEqual(fieldsOf(read${type}Filters(new URLSearchParams([[name, '1']]))), [name]);
});

test('leaves limit and offset to the list', () => {
  assert.deepEqual(read${type}Filters(new URLSearchParams('limit=x&offset=y')), { filters: {} });
});
${filtered
  .map((field) => {
    const texts = wrongsOf(field).filter((value) => typeof value === 'string' && !(isNumber(field.kind) && Number.isFinite(Number(value.trim() || 'x'))) && !(field.kind === 'boolean' && value === 'true')); // prettier-ignore
    return `
test('reads other values of the filter ${field.name}, and refuses wrong ones', () => {
  const query = new URLSearchParams([['${field.name}', ${show(String(sampleOf(field, 6)))}]]);
  assert.deepEqual(read${type}Filters(query), { filters: { ${field.name}: ${show(sampleOf(field, 6))} } });
  for (const text of ${show(texts)} as string[]) {
    assert.deepEqual(fieldsOf(read${type}Filters(new URLSearchParams([['${field.name}', text]]))), ['${field.name}']);
  }
  query.append('${field.name}', ${show(String(sampleOf(field, 7)))});
  assert.deepEqual(fieldsOf(read${type}Filters(query)), ['${field.name}']);
});
`;
  })
  .join('')}`;
}

function isNumber(kind: string): boolean {
  return kind === 'number' || kind === 'integer';
}

function head(resource: Resource): string {
  const { type, file } = namesOf(resource);
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read${type}, read${type}Filters } from '../../src/${file}.mts';

function fieldsOf(reading: object): string[] {
  return 'problems' in reading ? (reading.problems as { field: string }[]).map(({ field }) => field) : [];
}
`;
}

/** A test for each field that is required; for none there would be none, and a loop over nothing looks like tests that did not run. */
function missingTests(required: readonly string[], type: string): string {
  return `for (const field of ${show(required)} as string[]) {
  test(\`tells that \${field} is missing\`, () => {
    assert.deepEqual(fieldsOf(read${type}({ ...whole, [field]: undefined })), [field]);
    const { [field]: _gone, ...rest } = whole as Record<string, unknown>;
    assert.deepEqual(fieldsOf(read${type}(rest)), [field]);
  });
}

`;
}
