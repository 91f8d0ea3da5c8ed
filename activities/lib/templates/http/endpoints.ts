import { withArticle } from './wording.ts';
import type { Interface } from '../../../../schemas/contract.ts';
import { traitsOf } from './describe.ts';
import { typeOf } from './fieldType.ts';
import { valuesOf } from './samples.ts';
import { namesOf, type Operation, type Resource } from './subject.ts';

type Exception = Interface['exceptions'][number];

const problem = (status: number, when: string): Exception => ({ type: 'Problem', when, status });
const missing = problem(404, 'nothing has this id');
const changed = problem(412, 'If-Match names another entity tag');
const wrongBody = [
  problem(400, 'the body is not JSON'),
  problem(413, 'the body has more than 100 KiB'),
  problem(415, 'the body is not application/json'),
  problem(422, 'some fields are wrong; problems names them'),
];
const id = { name: 'id', type: 'string', required: true, description: 'in the path' };

/** What a resource offers over HTTP, as interfaces of a contract. */
export function endpointsOf(resource: Resource): Interface[] {
  return resource.operations.map((operation) => endpoints[operation](resource));
}

const endpoints: Record<Operation, (resource: Resource) => Interface> = {
  list: (resource) => {
    const filters = resource.fields.filter(({ name }) => resource.filters.includes(name));
    return endpoint(resource, 'list', 'GET', 200, {
      description: `Lists ${resource.plural} in the order of their creation.`,
      parameters: [
        ...filters.map((field) => query(field.name, typeOf(field), `only those with this value: ${traitsOf(field).join(', ')}`)),
        query('limit', 'integer', '1 to 100, 20 when absent'),
        query('offset', 'integer', 'how many are left out, 0 when absent'),
      ],
      returns: { type: `${namesOf(resource).type}List`, description: 'One page.' },
      exceptions: [problem(400, 'some parameters are wrong; problems names them')],
    });
  },
  create: (resource) =>
    endpoint(resource, 'create', 'POST', 201, {
      description: `Creates ${withArticle(resource.singular)}; Location says where it is.`,
      parameters: [body(resource)],
      exceptions: wrongBody,
      examples: [
        {
          title: withArticle(resource.singular),
          input: { body: valuesOf(resource, 1) },
          output: { ...valuesOf(resource, 1), id: '…' },
        },
      ],
    }),
  read: (resource) =>
    endpoint(resource, 'read', 'GET', 200, {
      description: `Answers ${withArticle(resource.singular)} with its entity tag; 304 when If-None-Match names it.`,
      parameters: [id],
      exceptions: [missing],
    }),
  update: (resource) =>
    endpoint(resource, 'update', 'PUT', 200, {
      description: `Replaces a whole ${resource.singular}.`,
      parameters: [id, body(resource)],
      exceptions: [missing, changed, ...wrongBody],
    }),
  delete: (resource) =>
    endpoint(resource, 'delete', 'DELETE', 204, {
      description: `Deletes ${withArticle(resource.singular)}.`,
      parameters: [id],
      returns: { type: 'void', description: 'Nothing.' },
      exceptions: [missing, changed],
    }),
};

function query(name: string, type: string, description: string) {
  return { name, type, required: false, description };
}

function body(resource: Resource) {
  return { name: 'body', type: `${namesOf(resource).type}Values`, required: true, description: '' };
}

type Method = NonNullable<Interface['http']>['method'];

function endpoint(
  resource: Resource,
  operation: Operation,
  method: Method,
  status: number,
  more: Partial<Interface> & Pick<Interface, 'description'>,
): Interface {
  const { type, path } = namesOf(resource);
  const whole = operation === 'list' || operation === 'create' ? path : `${path}/{id}`;
  return {
    name: `${operation}${type}`,
    kind: 'endpoint',
    module: 'src/server.mts',
    http: { method, path: whole, status },
    parameters: [],
    returns: { type, description: '' },
    exceptions: [],
    examples: [],
    ...more,
  };
}
