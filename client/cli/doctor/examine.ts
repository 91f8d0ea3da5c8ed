import Docker from 'dockerode';
import type { Cli } from '../context.ts';
import { lookAtDocker } from './docker.ts';
import { lookForMinds } from './minds.ts';
import type { Part } from './part.ts';
import { lookAtServices } from './services.ts';
import { lookForTools } from './tools.ts';

/** Looks at everything that Mainstay can use here, and asks the outside services that are configured. Installs and starts nothing. */
export async function examine(cli: Cli): Promise<Part[]> {
  const config = cli.composition.config();
  const { sandboxImage, services: settings } = config;
  const [temporal, docker, tools, services, minds] = await Promise.all([
    lookAtTemporal(cli),
    lookAtDocker(new Docker(), sandboxImage),
    lookForTools(cli.env),
    lookAtServices(settings),
    lookForMinds(config, cli.env),
  ]);
  const inGroup = (...groups: Part['group'][]) => tools.filter(({ group }) => groups.includes(group));
  return [
    nodePart(),
    ...inGroup('needed'),
    temporal,
    ...docker,
    ...inGroup('isolation', 'languages', 'scanners'),
    ...services,
    ...inGroup('services'),
    ...minds,
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
