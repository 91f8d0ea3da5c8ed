import Docker from 'dockerode';
import type { Cli } from '../context.ts';
import { lookAtDocker } from './docker.ts';
import type { Part } from './part.ts';
import { lookForTools } from './tools.ts';

const modelKeys = ['GOOGLE_API_KEY', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY'] as const;

/** Looks at everything that Mainstay can use here. Installs and starts nothing. */
export async function examine(cli: Cli): Promise<Part[]> {
  const [temporal, docker, tools] = await Promise.all([
    lookAtTemporal(cli),
    lookAtDocker(new Docker(), cli.composition.config().sandboxImage),
    lookForTools(cli.env),
  ]);
  const keys = modelKeys.map((name): Part => {
    const detail = cli.env[name] ? 'set' : undefined;
    return {
      name,
      group: 'models',
      essential: false,
      found: detail !== undefined,
      detail,
      costs: 'rule-driven agents work; those that need this model are not offered',
      fix: `set ${name}`,
    };
  });
  return [
    nodePart(),
    ...tools.filter(({ group }) => group === 'needed'),
    temporal,
    ...docker,
    ...tools.filter(({ group }) => group !== 'needed'),
    ...keys,
  ];
}

function nodePart(): Part {
  const found = Number(process.versions.node.split('.')[0]) >= 24;
  return {
    name: 'Node',
    group: 'needed',
    essential: true,
    found,
    detail: process.versions.node,
    costs: 'TypeScript does not run as it stands',
    fix: 'start by `npm start` or client/cli/mainstay.mjs, which bring Node 24',
  };
}

async function lookAtTemporal({ composition }: Cli): Promise<Part> {
  const { found, detail, obtainable } = await composition.temporal();
  return {
    name: 'Temporal',
    group: 'needed',
    found,
    detail,
    essential: !obtainable,
    costs: obtainable ? 'the first start obtains it, which takes some minutes' : 'there is no server to run on',
    fix: 'set TEMPORAL_ADDRESS, put `temporal` on PATH (or name it by MAINSTAY_TEMPORAL_CLI), or install Go',
  };
}
