import { capital, withArticle } from './wording.ts';
import type { Contract, Interface } from '../../../../schemas/contract.ts';
import { endpointsOf } from './endpoints.ts';
import { listed, traitsOf } from './describe.ts';
import { typeOf } from './fieldType.ts';
import { namesOf, type Resource, type ServiceSubject } from './subject.ts';
import { valuesOf } from './samples.ts';
import { taskOf } from './tasks.ts';

type Model = Contract['data_models'][number];

/** What a task of the service promises. */
export function contractOf(subject: ServiceSubject, taskId: string): Omit<Contract, 'version'> {
  const { about } = taskOf(subject, taskId);
  const common = { task_id: taskId, language: 'typescript' as const };
  if (about.kind === 'fields') return { ...common, ...fieldsContract(about.resource) };
  if (about.kind === 'store') return { ...common, ...storeContract };
  return { ...common, ...(about.kind === 'server' ? serverContract(subject) : documentContract) };
}

type Part = Omit<Contract, 'version' | 'task_id' | 'language'>;

const parameter = (name: string, type: string, description = '', required = true) => ({ name, type, required, description });

function offer(name: string, module: string, description: string, more: Partial<Interface> & Pick<Interface, 'returns'>): Interface {
  return { name, kind: 'function', module, description, parameters: [], exceptions: [], examples: [], ...more };
}

function fieldsContract(resource: Resource): Part {
  const { type, file } = namesOf(resource);
  const module = `src/${file}.mts`;
  const sample = valuesOf(resource, 1);
  return {
    title: `Fields of ${resource.plural}`,
    interfaces: [
      offer(`read${type}`, module, `Reads ${withArticle(resource.singular)} from outside; never throws.`, {
        parameters: [parameter('input', 'unknown', 'JSON that somebody sent')],
        returns: { type: `{ value: ${type}Values } | { problems: FieldProblem[] }`, description: 'The value, or every problem.' },
        examples: [{ title: `a whole ${resource.singular}`, input: { input: sample }, output: { value: sample } }],
      }),
      offer(`read${type}Filters`, module, 'Reads the filters of a list from its query; leaves limit and offset alone; never throws.', {
        parameters: [parameter('query', 'URLSearchParams')],
        returns: { type: `{ filters: Partial<${type}Values> } | { problems: FieldProblem[] }`, description: '' },
      }),
    ],
    data_models: [...modelsOf(resource), fieldProblem],
    test_skeletons: [
      { name: `reads a whole ${resource.singular}`, interface: `read${type}`, given: 'right values of all fields', when: 'they are read', expect: 'the same values' },
      ...resource.fields.map((field) => ({ name: `tells that ${field.name} is wrong`, interface: `read${type}`, given: `a value that is not: ${traitsOf(field).join(', ')}`, when: 'it is read', expect: `one problem of the field ${field.name}` })),
      { name: 'refuses filters that it does not know', interface: `read${type}Filters`, given: 'a query with another name', when: 'it is read', expect: 'a problem of that name' },
    ], // prettier-ignore
    docs: `\`read${type}\` and \`read${type}Filters\` check what comes from outside. Filters: ${listed(resource.filters) || 'none'}.`,
  };
}

/** The data models of a resource: what may be said of it, and what is answered. */
export function modelsOf(resource: Resource): Model[] {
  const { type } = namesOf(resource);
  const fields = resource.fields.map((field) => ({
    ...parameter(field.name, typeOf(field), traitsOf(field).join(', ')),
    required: field.required,
  }));
  return [
    { name: `${type}Values`, description: `What may be said of ${withArticle(resource.singular)}.`, fields },
    {
      name: type,
      description: `${capital(withArticle(resource.singular))} as it is kept.`,
      fields: [parameter('id', 'string', 'Given by the store'), ...fields],
    },
  ];
}

export const fieldProblem: Model = {
  name: 'FieldProblem',
  description: 'What is wrong with one field.',
  fields: [parameter('field', 'string'), parameter('problem', 'string', 'In words')],
};

const storeContract: Part = {
  title: 'Store',
  interfaces: [
    offer('openStore', 'src/store.mts', 'Opens a store: openStore<T extends object>(file?: string).', {
      parameters: [parameter('file', 'string', 'JSON lines, one per change; without it nothing outlives the process', false)],
      returns: { type: 'Store<T>', description: 'create(value), read(id), replace(id, value), remove(id), list({ where, limit, offset })' },
      exceptions: [{ type: 'Error', when: 'a line before the last line end is not JSON; the message begins with file:line' }],
    }),
  ],
  data_models: [
    {
      name: 'Store',
      description: 'Values in the order of their creation; nothing given or answered shares state with it.',
      fields: [
        parameter('create', '(value: T) => T & { id: string }', 'Gives a new id'),
        parameter('read', '(id: string) => (T & { id: string }) | undefined'),
        parameter('replace', '(id: string, value: T) => (T & { id: string }) | undefined', 'The whole value, at its old place'),
        parameter('remove', '(id: string) => boolean', 'Whether it was there'),
        parameter('list', '(query: { where?: Partial<T>; limit: number; offset: number }) => { items: (T & { id: string })[]; total: number }', 'Those whose properties equal all of where; total without limit and offset'),
      ], // prettier-ignore
    },
  ],
  test_skeletons: [
    { name: 'gives back what was created', interface: 'openStore', given: 'an empty store', when: 'a value is created', expect: 'read answers it with its id' },
    { name: 'keeps its values in a file', interface: 'openStore', given: 'a store of a file with a value', when: 'the file is opened again', expect: 'the value is there' },
    { name: 'forgets a line that was cut off', interface: 'openStore', given: 'a file whose last line has no end', when: 'it is opened', expect: 'all other values are there' },
  ], // prettier-ignore
  docs: '`openStore<T>(file?)` keeps values under ids that it gives, in a file of one JSON line `{"id", "value"}` per change, where null removes.',
};

function serverContract(subject: ServiceSubject): Part {
  const stores = subject.resources.map((resource) => `${namesOf(resource).variable}: Store<${namesOf(resource).type}Values>`).join('; ');
  return {
    title: 'Routes and server',
    interfaces: [
      offer('createService', 'src/server.mts', 'The service as a server that does not listen yet.', {
        parameters: [
          parameter('stores', clip(`{ ${stores} }`, 500)),
          parameter('options', '{ document?: object }', 'document is answered at /openapi.json', false),
        ],
        returns: { type: 'Server', description: 'of node:http' },
      }),
      ...subject.resources.flatMap(endpointsOf),
    ],
    data_models: [...subject.resources.flatMap(modelsOf), ...subject.resources.map(pageModel), fieldProblem, problemModel],
    test_skeletons: subject.resources.flatMap(endpointsOf).map(({ name, http }) => ({
      name: `answers ${http?.method} ${http?.path}`,
      interface: name,
      given: 'a running service',
      when: `${http?.method} ${http?.path} is asked for`,
      expect: `status ${http?.status}`,
    })),
    docs: 'Errors are problem details (RFC 9457). Bodies are JSON of at most 100 KiB. HEAD and OPTIONS are answered wherever a path is.',
  };
}

function pageModel(resource: Resource): Model {
  const { type } = namesOf(resource);
  const number = (name: string, description: string) => parameter(name, 'integer', description);
  return {
    name: `${type}List`,
    description: `One page of ${resource.plural}.`,
    fields: [parameter('items', `${type}[]`), number('total', 'of all pages'), number('limit', '1 to 100'), number('offset', 'from 0')],
  };
}

const problemModel: Model = {
  name: 'Problem',
  description: 'Problem details (RFC 9457).',
  fields: [parameter('type', 'string'), parameter('title', 'string'), parameter('status', 'integer'), parameter('detail', 'string'), parameter('problems', 'FieldProblem[]', '', false)], // prettier-ignore
};

const documentContract: Part = {
  title: 'OpenAPI document',
  interfaces: [
    offer('document', 'src/openapi.mts', 'The OpenAPI 3.1 document of the service.', {
      kind: 'constant',
      returns: { type: 'object', description: '' },
    }),
    offer('main', 'src/main.mts', 'Starts the service: node src/main.mts; HOST, PORT and the folder DATA come from the environment.', {
      kind: 'command',
      returns: { type: 'void', description: 'until SIGINT or SIGTERM' },
    }),
    offer('writeOpenapi', 'src/writeOpenapi.mts', 'Asks the service for its document and writes openapi.json.', {
      kind: 'command',
      returns: { type: 'void', description: '' },
    }),
  ],
  data_models: [],
  test_skeletons: [
    { name: 'is answered at /openapi.json', interface: 'document', given: 'a service with the document', when: 'GET /openapi.json is asked for', expect: 'the document' },
    { name: 'describes the service as it is', interface: 'document', given: 'the running service', when: 'each operation is asked for', expect: 'a status and a body that the document names' },
  ], // prettier-ignore
  docs: '`node src/main.mts` starts the service on 127.0.0.1:8080, with its data in the folder `data`.',
};

function clip(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
