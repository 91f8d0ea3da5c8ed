import { expect, it } from 'vitest';
import { docsOf } from '../../../../activities/lib/contracts/docs.ts';
import { booksContract, hostileContract, hostileTexts } from './samples.ts';

it('shows interfaces, endpoints, errors, examples and data models', () => {
  const text = docsOf(booksContract);
  for (const part of [
    '# Books\n\nBooks have titles.\n\n## `format`\n\nFormats.\n\n- function in `src/format.ts`\n- returns `string`\n',
    '## `POST /books`\n\nCreates one.\n',
    '- `pages`: `number | null`, optional\n- returns `Book` with status 201\n- fails with `Problem` (422): the title is empty\n',
    '- a new title: `{"params":{"id":"1"},"body":{"title":"B"}}` gives `{"title":"B"}`\n',
    '## Data models\n\n### `Book`\n\nA book\n\n- `title`: `string`\n',
  ])
    expect(text).toContain(part);
});

it.each(hostileTexts)('keeps %j in its place', (hostile) => {
  const lines = docsOf(hostileContract(hostile, 'typescript')).trim().split('\n');
  const starts = lines.map((line) => /^(?:# |## `|## Data models$|### `|- |$)/.test(line));
  const paragraphs = lines.filter((_line, i) => starts[i] === false);
  // Descriptions stand alone in their lines; everything else begins as the page wants it.
  for (const line of paragraphs) expect(lines.filter((one) => one === line).length, line).toBeLessThanOrEqual(2);
  expect(lines.filter((line) => line.startsWith('# '))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('## '))).toHaveLength(2);
  for (const line of lines) {
    expect(line).not.toMatch(/^(?:```[^`]*$|~~~|\s{4})/);
    expect(line.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '')).not.toMatch(/<|(?<!\\)[`*[\]|]/);
    expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  }
});
