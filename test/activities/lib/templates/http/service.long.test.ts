import { once } from 'node:events';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { openApiOf } from '../../../../../activities/lib/contracts/openapi.ts';
import { httpService } from '../../../../../activities/lib/templates/http/template.ts';
import { Contract } from '../../../../../schemas/contract.ts';
import { TodoList } from '../../../../../schemas/todoList.ts';
import { before, lay, many, newFolder, planned, run } from '../../../../support/services.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));

describe.each([
  ['the example', httpService.example],
  ['several resources with every type', many],
])('the plan of %s', (_title, request) => {
  const plan = planned(request);

  it('is a plan, and is made of contracts', () => {
    const list = TodoList.parse({ id: 'x', request, ...httpService.plan(plan.subject) });
    for (const { id } of list.tasks) {
      expect(Contract.parse({ ...httpService.contract(plan.subject, id), version: 1 }).task_id).toBe(id);
    }
  });

  it('has tasks whose files are disjoint, so that parallel ones merge', () => {
    const paths = plan.tasks.flatMap(({ id }) => {
      const { open, hidden } = httpService.tests(plan.subject, id);
      return [...httpService.code(plan.subject, id), ...open, ...hidden].map(({ path }) => path);
    });
    expect(new Set(paths).size).toBe(paths.length);
    expect(plan.tasks.filter(({ dependencies }) => dependencies.length === 0).length).toBeGreaterThan(1);
  });

  it('has an endpoint of the contract for every path and method of the document', () => {
    const [server, openapi] = plan.tasks.slice(-2).map(({ id }) => id);
    const text = httpService.code(plan.subject, openapi ?? '').find(({ path }) => path === 'src/openapi.mts')?.text ?? '';
    const document = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as { paths: Record<string, object> };
    const fromContract = openApiOf({ ...httpService.contract(plan.subject, server ?? ''), version: 1 }) as typeof document;
    const shape = ({ paths }: typeof document) => Object.entries(paths).map(([path, item]) => [path, Object.keys(item).filter((key) => key !== 'parameters').sort()]); // prettier-ignore
    expect(shape(document)).toEqual(shape(fromContract));
  });

  it('passes all tests, and is strict TypeScript with them', async () => {
    const files = plan.tasks.flatMap(({ id }) => {
      const { open, hidden } = httpService.tests(plan.subject, id);
      return [...httpService.code(plan.subject, id), ...open, ...hidden];
    });
    const folder = await lay(await newFolder(), files);
    const tests = await run(folder, 'node --test test/*/*.test.mts');
    expect(tests.passed, tests.all).toBe(true);
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const flags = '--noEmit --strict --noUncheckedIndexedAccess --noUnusedLocals --noUnusedParameters --erasableSyntaxOnly --allowImportingTsExtensions --verbatimModuleSyntax --module nodenext --target es2024 --types node --skipLibCheck'; // prettier-ignore
    const { passed, all } = await run(folder, `node_modules/.bin/tsc ${flags} src/*.mts test/*/*.mts`);
    expect(passed, all).toBe(true);
  });
});

describe('a task', () => {
  const plan = planned(httpService.example);

  it.each(plan.tasks.map(({ id, title }) => [title, id]))('%s fails without its code and passes with it', async (_name, id) => {
    const { open, hidden, commands } = httpService.tests(plan.subject, id);
    const folder = await lay(await newFolder(), [...before(plan, id), ...open]);
    const command = commands.join(' && ');
    expect(await run(folder, command)).toMatchObject({ passed: false });
    await lay(folder, [...httpService.code(plan.subject, id), ...hidden]);
    const { passed, all } = await run(folder, command);
    expect(passed, all).toBe(true);
  });
});

describe('the finished service', () => {
  const plan = planned(httpService.example);
  let folder = '';
  beforeAll(async () => {
    folder = await lay(await newFolder(), plan.tasks.flatMap(({ id }) => httpService.code(plan.subject, id))); // prettier-ignore
  });

  it('exhibits its document', async () => {
    const { command, files } = httpService.exhibit ?? { command: '', files: [] };
    expect(await run(folder, command)).toMatchObject({ passed: true });
    expect(files).toEqual(['openapi.json']);
    expect(JSON.parse(await readFile(join(folder, 'openapi.json'), 'utf8'))).toMatchObject({ openapi: '3.1.0', paths: { '/books': {} } });
  });

  it('starts, keeps its data across a restart, and stops on a signal', async () => {
    const start = async () => {
      const service = execa('node', ['src/main.mts'], { cwd: folder, env: { PORT: '0' }, reject: false });
      const [printed] = (await once(service.stdout, 'data')) as [Buffer];
      const address = /http:\S+/.exec(printed.toString())?.[0] ?? '';
      const stop = async () => {
        service.kill('SIGTERM');
        return await service;
      };
      return { address, stop };
    };
    const first = await start();
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const created = await fetch(`${first.address}/books`, { method: 'POST', headers, body: '{"title":"Emma"}' });
    expect(created.status).toBe(201);
    await created.text();
    expect((await first.stop()).exitCode).toBe(0);
    const second = await start();
    const kept = await fetch(second.address + (created.headers.get('location') ?? ''), { headers: { connection: 'close' } });
    expect(await kept.json()).toMatchObject({ title: 'Emma' });
    expect((await second.stop()).exitCode).toBe(0);
  });
});
