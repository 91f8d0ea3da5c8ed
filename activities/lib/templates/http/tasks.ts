import { failure } from '../../../../schemas/failures.ts';
import type { FileText } from '../../../../schemas/mind.ts';
import { documentModule } from './code/document.ts';
import { fieldsModule } from './code/fields.ts';
import { mainModule, serverModule, writerModule } from './code/service.ts';
import { part } from './part.ts';
import { namesOf, type Resource, type ServiceSubject } from './subject.ts';
import { documentEdgeTests, documentTests } from './tests/document.ts';
import { fieldEdgeTests, fieldTests } from './tests/fields.ts';
import { clientModule, serviceTests } from './tests/service.ts';
import { serviceEdgeTests } from './tests/serviceEdges.ts';

type TaskTests = { open: FileText[]; hidden: FileText[]; commands: string[] };

/** One step of the work: what it is about, and generators of its files. */
export type ServiceTask = {
  id: string;
  about: { kind: 'fields'; resource: Resource } | { kind: 'store' | 'server' | 'openapi' };
  needs: string[];
  /** Files of the code. */
  code(): FileText[];
  tests(): TaskTests;
};

/** The tasks of a service: the fields of each resource and the store, which need nothing; the server; the document. Their files are disjoint. */
export function tasksOf(subject: ServiceSubject): ServiceTask[] {
  const fields = subject.resources.map((resource, i) => fieldsTask(resource, `t${i + 1}`));
  const store: ServiceTask = {
    id: `t${fields.length + 1}`,
    about: { kind: 'store' },
    needs: [],
    code: () => [{ path: 'src/store.mts', text: part('store.mts') }],
    tests: () => testsIn('test/store', { 'store.test.mts': part('store.test.mts') }, { 'edges.test.mts': part('storeEdges.test.mts') }),
  };
  const server: ServiceTask = {
    id: `t${fields.length + 2}`,
    about: { kind: 'server' },
    needs: [...fields, store].map(({ id }) => id),
    code: () => [
      { path: 'src/http.mts', text: part('http.mts') },
      { path: 'src/resources.mts', text: part('resources.mts') },
      { path: 'src/server.mts', text: serverModule(subject) },
    ],
    tests: () =>
      testsIn(
        'test/server',
        { 'client.mts': clientModule(subject), 'service.test.mts': serviceTests(subject) },
        { 'edges.test.mts': serviceEdgeTests(subject) },
      ),
  };
  const openapi: ServiceTask = {
    id: `t${fields.length + 3}`,
    about: { kind: 'openapi' },
    needs: [server.id],
    code: () => [
      { path: 'src/openapi.mts', text: documentModule(subject) },
      { path: 'src/main.mts', text: mainModule(subject) },
      { path: 'src/writeOpenapi.mts', text: writerModule(subject) },
    ],
    tests: () =>
      testsIn(
        'test/openapi',
        { 'client.mts': clientModule(subject), 'document.test.mts': documentTests(subject) },
        { 'edges.test.mts': documentEdgeTests(subject) },
      ),
  };
  return [...fields, store, server, openapi];
}

/** One of them; `InvalidInput` for an id that the plan does not have. */
export function taskOf(subject: ServiceSubject, id: string): ServiceTask {
  const tasks = tasksOf(subject);
  const task = tasks.find((one) => one.id === id);
  if (task !== undefined) return task;
  throw failure('InvalidInput', `task: the template http-service has no task ${id}; it has ${tasks.map((one) => one.id).join(', ')}`);
}

function fieldsTask(resource: Resource, id: string): ServiceTask {
  const { file } = namesOf(resource);
  return {
    id,
    about: { kind: 'fields', resource },
    needs: [],
    code: () => [{ path: `src/${file}.mts`, text: fieldsModule(resource) }],
    tests: () => testsIn(`test/${file}`, { 'fields.test.mts': fieldTests(resource) }, { 'edges.test.mts': fieldEdgeTests(resource) }),
  };
}

/** The command runs whatever tests are in the folder, with the held-out ones or without. */
function testsIn(folder: string, open: Record<string, string>, hidden: Record<string, string>): TaskTests {
  const filesOf = (files: Record<string, string>) => Object.entries(files).map(([name, text]) => ({ path: `${folder}/${name}`, text }));
  return { open: filesOf(open), hidden: filesOf(hidden), commands: [`node --test ${folder}/*.test.mts`] };
}
