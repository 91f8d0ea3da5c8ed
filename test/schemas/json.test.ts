import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { jsonSchemas } from '../../schemas/json.ts';

it.each(Object.entries(jsonSchemas()))('%s is as committed; if not, run `node schemas/exportJson.ts`', async (file, text) => {
  expect(await readFile(new URL(`../../schemas/json/${file}`, import.meta.url), 'utf8')).toBe(text);
});

it('describe what people write, not what is made of it', () => {
  const text = jsonSchemas()['pipeline.schema.json'] ?? '';
  expect(text).toContain('"retry_on_failure"');
  expect(text).toContain('"boolean"');
});
