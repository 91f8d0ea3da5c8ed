import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { priceOf } from '../../../activities/lib/model/price.ts';
import { programs } from '../../../activities/lib/programs/programs.ts';
import { templates } from '../../../activities/lib/templates/list.ts';
import type { Config } from '../../../config/config.ts';
import { codingPrograms } from '../../../schemas/mind.ts';
import { dollars } from '../progress/costs.ts';
import type { Env } from '../terminal.ts';
import type { Part } from './part.ts';

type Settings = Pick<Config, 'sandboxImage'> & { services: Pick<Config['services'], 'model'> };

/** Who can think in `mainstay run develop` here: templates always, a model and coding programs where they are set up. Starts nothing. */
export async function lookForMinds({ services, sandboxImage }: Settings, env: Env): Promise<Part[]> {
  const there = await Promise.all(codingPrograms.map(async (name) => ((await anyOnPath(commandsOf(name), env)) ? [name] : [])));
  return [templatePart(), modelPart(services.model), programPart(there.flat(), sandboxImage)];
}

function templatePart(): Part {
  return {
    name: 'develop: templates',
    ...shared,
    found: true,
    detail: templates.map(({ id }) => id).join(', '),
    costs: '',
    fix: '',
  };
}

function modelPart(model: Settings['services']['model']): Part {
  const missing = {
    costs: 'only what a template understands is built',
    fix: 'set MODEL_NAME, and GOOGLE_API_KEY, ANTHROPIC_API_KEY, OPENAI_API_KEY or MAINSTAY_MODEL_URL (docs/models.md)',
  };
  if (model === undefined) return { name: 'develop: model', ...shared, ...missing, found: false, detail: 'not configured' };
  const price = priceOf(model.prices ?? [], model.model);
  const words =
    price === undefined
      ? 'price unknown, so a budget in dollars does not hold: set MAINSTAY_MODEL_PRICES'
      : `${dollars(price.input)} in and ${dollars(price.output)} out per million tokens`;
  return { name: 'develop: model', ...shared, ...missing, found: true, detail: `${model.provider}/${model.model}, ${words}` };
}

function programPart(there: readonly string[], image: string): Part {
  return {
    name: 'develop: programs',
    ...shared,
    found: there.length > 0,
    detail: `${there.length > 0 ? there.join(', ') : 'none'} on this machine; in Docker those count that are in ${image}`,
    costs: 'no coding program codes outside Docker; models and templates do',
    fix: `install one for all users, such as npm install -g ${programs['gemini-cli'].package}, or build it into MAINSTAY_SANDBOX_IMAGE (docs/models.md)`,
  };
}

const shared = { group: 'develop', essential: false } as const;

function commandsOf(name: (typeof codingPrograms)[number]): string[] {
  return programs[name].commands.map(([file]) => file);
}

async function anyOnPath(files: readonly string[], { PATH = '' }: Env): Promise<boolean> {
  const places = PATH.split(delimiter).filter((folder) => folder !== '');
  const found = files.flatMap((file) => places.map(async (folder) => await isProgram(join(folder, file))));
  return (await Promise.all(found)).some(Boolean);
}

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
