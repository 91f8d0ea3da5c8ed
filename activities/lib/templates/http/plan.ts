import { withArticle } from './wording.ts';
import type { Todo, TodoList } from '../../../../schemas/todoList.ts';
import { describeService, listed, traitsOf } from './describe.ts';
import { namesOf, type Resource, type ServiceSubject } from './subject.ts';
import { tasksOf, type ServiceTask } from './tasks.ts';

/** The tasks of a service with what must hold when each is done. */
export function planService(subject: ServiceSubject): Pick<TodoList, 'summary' | 'tasks'> {
  const tasks = tasksOf(subject).map((task): Todo => {
    const { criteria, ...words } = wordsOf(task, subject);
    return {
      id: task.id,
      ...words,
      agent_role: 'coder',
      priority: task.needs.length === 0 ? 10 : 20,
      dependencies: task.needs,
      acceptance_criteria: criteria.map((text, i) => ({ id: `${task.id}.${i + 1}`, text })),
      expected_artifacts: task.code().map(({ path }) => path),
      metrics: [],
    };
  });
  return { summary: clip(`${describeService(subject)}. TypeScript for Node 22.18 or newer, without dependencies.`, 2000), tasks };
}

type Words = { title: string; description: string; criteria: string[] };

function wordsOf({ about }: ServiceTask, subject: ServiceSubject): Words {
  if (about.kind === 'fields') return fieldWords(about.resource);
  if (about.kind === 'store') return storeWords;
  return about.kind === 'server' ? serverWords(subject) : documentWords;
}

function fieldWords(resource: Resource): Words {
  const { type, file } = namesOf(resource);
  return {
    title: `Fields of ${resource.plural}`,
    description: `src/${file}.mts: the type ${type} and functions that read ${withArticle(resource.singular)} and the filters of a list from outside, telling every problem by its field.`,
    criteria: [
      ...resource.fields.map((field) => `${field.name} is ${traitsOf(field).join(', ')}${field.required ? ', and required' : ''}`),
      `what is not a field of ${withArticle(resource.singular)} is refused`,
      resource.filters.length > 0 ? `filters are ${listed(resource.filters)}` : 'there are no filters',
    ],
  };
}

const storeWords: Words = {
  title: 'Store',
  description: 'src/store.mts: keeps values under ids in the order of creation, in memory or in a file of one JSON line per change.',
  criteria: [
    'create, read, replace, remove and list work, and list filters, pages and counts',
    'what was kept in a file is there after the file is opened again, a line cut off at its end apart',
  ],
};

function serverWords({ resources }: ServiceSubject): Words {
  return {
    title: 'Routes and server',
    description: 'src/server.mts on node:http: the operations of each resource as HTTP, errors as problem details (RFC 9457).',
    criteria: [
      ...resources.map((resource) => `${namesOf(resource).path} offers ${listed(resource.operations)}`),
      'what is created is answered with 201 and its Location; an unknown path or id with 404; a method that is not offered with 405 and Allow',
      'a body that is no JSON is answered with 400, one that is too large with 413, another media type with 415, wrong fields with 422 and their names',
      'lists have at most 100 entries a page; entity tags answer If-None-Match and If-Match',
    ],
  };
}

const documentWords: Words = {
  title: 'OpenAPI document',
  description: 'src/openapi.mts: the OpenAPI 3.1 document, which the service answers at /openapi.json; src/main.mts starts the service.',
  criteria: ['the document names every path, method, field and bound', 'the running service answers as the document says'],
};

function clip(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
