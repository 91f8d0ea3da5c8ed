import type { Contract, Interface } from '../../../schemas/contract.ts';
import { oneLine } from './oneLine.ts';

/** The interfaces and data models of a contract as Markdown for people. Names cannot leave the places where they stand. */
export function docsOf(contract: Contract): string {
  const parts = [
    `# ${plain(contract.title)}`,
    contract.docs.trim(),
    ...contract.interfaces.map(interfaceDocs),
    ...(contract.data_models.length > 0 ? ['## Data models'] : []),
    ...contract.data_models.map(({ name, description, fields }) => block(`### ${code(name)}`, description, fields.map(fieldLine))),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function interfaceDocs({ name, of, kind, module, http, description, parameters, returns, exceptions, examples }: Interface): string {
  const heading = http === undefined ? code(of === undefined ? name : `${of}.${name}`) : code(`${http.method} ${http.path}`);
  return block(`## ${heading}`, description, [
    `- ${plain(kind)} in ${code(module)}`,
    ...parameters.map(fieldLine),
    `- returns ${code(returns.type)}${http === undefined ? '' : ` with status ${http.status}`}${after(returns.description)}`,
    ...exceptions.map(({ type, when, status }) => `- fails with ${code(type)}${status === undefined ? '' : ` (${status})`}${after(when)}`),
    ...examples.flatMap(({ title, input, output }) => [
      `- ${plain(title)}: ${code(JSON.stringify(input))} gives ${code(JSON.stringify(output) ?? 'nothing')}`,
    ]),
  ]);
}

function fieldLine({ name, type, required, description }: Interface['parameters'][number]): string {
  return `- ${code(name)}: ${code(type)}${required ? '' : ', optional'}${after(description)}`;
}

function after(description: string): string {
  return description === '' ? '' : `: ${plain(description)}`;
}

function block(heading: string, description: string, list: readonly string[]): string {
  return [heading, plain(description), list.join('\n')].filter((part) => part !== '').join('\n\n');
}

/** Words that Markdown leaves as they are. */
function plain(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_{}[\]<>&#|~]/g, (char) =>
    char === '<' ? '&lt;' : char === '>' ? '&gt;' : char === '&' ? '&amp;' : `\\${char}`,
  );
}

/** A code span whose fence is longer than any row of backticks in it (CommonMark 6.1). */
function code(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || line === '' ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}
