import { namesOf, type ServiceSubject } from '../subject.ts';

/** The module that puts the resources together into one server. */
export function serverModule({ resources }: ServiceSubject): string {
  const named = resources.map((resource) => ({ ...namesOf(resource), operations: resource.operations }));
  return `import type { Server } from 'node:http';
${named.map(({ type, file }) => `import { read${type}, read${type}Filters, type ${type}Values } from './${file}.mts';`).join('\n')}
import { routesOf, serve } from './resources.mts';
import type { Store } from './store.mts';

/** Where each resource is kept. */
export type Stores = {
${named.map(({ type, variable }) => `  ${variable}: Store<${type}Values>;`).join('\n')}
};

/** The service as a server that does not listen yet; \`document\` is what it answers at /openapi.json. */
export function createService(stores: Stores, { document }: { document?: object } = {}): Server {
  const resources = [
${named
  .map(
    ({ type, variable, path, operations }) => `    routesOf({
      path: '${path}',
      store: stores.${variable},
      read: read${type},
      readFilters: read${type}Filters,
      operations: [${operations.map((operation) => `'${operation}'`).join(', ')}],
    }),`,
  )
  .join('\n')}
  ];
  return serve(resources, document === undefined ? {} : { '/openapi.json': document });
}
`;
}

/** The program that starts the service. */
export function mainModule({ resources }: ServiceSubject): string {
  const named = resources.map(namesOf);
  return `import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
${named.map(({ type, file }) => `import type { ${type}Values } from './${file}.mts';`).join('\n')}
import { document } from './openapi.mts';
import { createService } from './server.mts';
import { openStore } from './store.mts';

const folder = process.env.DATA ?? 'data';
const host = process.env.HOST ?? '127.0.0.1';
const port = Number(process.env.PORT ?? 8080);

mkdirSync(folder, { recursive: true });
const stores = {
${named.map(({ type, variable, path }) => `  ${variable}: openStore<${type}Values>(join(folder, '${path.slice(1)}.jsonl')),`).join('\n')}
};
const server = createService(stores, { document });
server.listen(port, host, () => {
  const address = server.address();
  const used = typeof address === 'object' && address !== null ? address.port : port;
  console.log(\`listening on http://\${host}:\${used}\`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
`;
}

/** The program that asks the running service for its document and writes it to openapi.json. */
export function writerModule({ resources }: ServiceSubject): string {
  return `import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
${resources
  .map(namesOf)
  .map(({ type, file }) => `import type { ${type}Values } from './${file}.mts';`)
  .join('\n')}
import { document } from './openapi.mts';
import { createService } from './server.mts';
import { openStore } from './store.mts';

const stores = { ${resources.map((resource) => `${namesOf(resource).variable}: openStore<${namesOf(resource).type}Values>()`).join(', ')} };
const server = createService(stores, { document }).listen(0, '127.0.0.1');
await once(server, 'listening');
try {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(\`http://127.0.0.1:\${port}/openapi.json\`);
  if (response.status !== 200) throw new Error(\`/openapi.json answered \${response.status}\`);
  writeFileSync('openapi.json', \`\${JSON.stringify(await response.json(), null, 2)}\\n\`);
} finally {
  server.close();
  server.closeAllConnections();
}
`;
}
