import { describe, expect, it } from 'vitest';
import { httpService } from '../../../../../activities/lib/templates/http/template.ts';
import type { FileText } from '../../../../../schemas/mind.ts';
import { before, lay, newFolder, planned, run } from '../../../../support/services.ts';

describe('held-out tests', () => {
  const plan = planned(httpService.example);
  const [fields = '', store = '', server = '', openapi = ''] = plan.tasks.map(({ id }) => id);

  it.each<[title: string, task: string, path: string, from: string | RegExp, to: string]>([
    ['hard-coded answers', fields, 'src/books.mts', 'choices.some((one) => one === value) ?', "value !== 'none of these' ?"],
    ['a bound that moved', fields, 'src/books.mts', 'value < bounds.min', 'value < bounds.min - 1'],
    ['a bound that excludes', fields, 'src/books.mts', 'value < bounds.min', 'value <= bounds.min'],
    ['days that no calendar has', fields, 'src/books.mts', '&& isDay(value)', '&& isDay("2024-01-01")'],
    ['only the first problem', fields, 'src/books.mts', 'problems.length > 0 ? { problems }', 'problems.length > 0 ? { problems: problems.slice(0, 1) }'],
    ['fields of the prototype', fields, 'src/books.mts', 'Object.hasOwn(filters, field)', 'field in filters'],
    ['a store that shares its values', store, 'src/store.mts', 'values.set(id, structuredClone(value))', 'values.set(id, value)'],
    ['a store that loses what follows a torn line', store, 'src/store.mts', 'lines.slice(0, -1)', 'lines.filter(Boolean)'],
    ['filters that are ignored', server, 'src/resources.mts', 'where: reading.filters, ', ''],
    ['pages without an end', server, 'src/resources.mts', "whole('limit', 20, 1, 100)", "whole('limit', 20, 1, 1000)"],
    ['entity tags that are ignored', server, 'src/resources.mts', 'wanted !== undefined &&', 'wanted === "never" &&'],
    ['bodies of any size', server, 'src/http.mts', 'if (size > mostBytes) throw tooLarge;', ''],
    ['media types that are ignored', server, 'src/http.mts', /if \(!\/\^application.*\n?.*415.*;/, ''],
    ['a document with another bound', openapi, 'src/openapi.mts', '"minimum": 1\n', '"minimum": 2\n'],
    ['a document that forgets what is required', openapi, 'src/openapi.mts', /"required": \[\s+"title"\s+\],?/, ''],
    ['a document with a broken reference', openapi, 'src/openapi.mts', '#/components/schemas/BookList', '#/components/schemas/Books'],
  ])('catch %s, which the open ones let pass', async (_title, task, path, from, to) => {
    const { open, hidden } = httpService.tests(plan.subject, task);
    const code = httpService.code(plan.subject, task).map((file) => (file.path === path ? { path, text: file.text?.replace(from, to) ?? null } : file));
    expect(code).not.toEqual(httpService.code(plan.subject, task));
    const folder = await lay(await newFolder(), [...before(plan, task), ...open, ...code]);
    const runs = (files: readonly FileText[]) => run(folder, files.filter(({ path }) => path.endsWith('.test.mts')).map(({ path }) => `node ${path}`).join(' && '));
    const opened = await runs(open);
    expect(opened.passed, opened.all).toBe(true);
    await lay(folder, hidden);
    expect((await runs(hidden)).passed).toBe(false);
  }); // prettier-ignore
});
