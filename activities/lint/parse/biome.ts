import { z } from 'zod';
import type { Finding, Place } from '../finding.ts';
import { repositoryPath } from '../paths.ts';
import { readJson } from './readJson.ts';

const Report = z.array(
  z.object({
    check_name: z.string(),
    description: z.string(),
    severity: z.string(),
    location: z.object({ path: z.string(), lines: z.object({ begin: z.number() }).optional() }),
  }),
);
const levels: Record<string, Finding['level']> = { info: 'note', minor: 'warning', major: 'error', critical: 'error', blocker: 'error' };

/** `biome --reporter=gitlab`: GitLab's code quality report. */
export function parseBiome(text: string, place: Place): Finding[] {
  return readJson(text, Report).map(({ check_name, description, severity, location }) => ({
    tool: 'biome',
    rule: check_name,
    level: levels[severity] ?? 'error',
    message: description,
    path: repositoryPath(location.path, place),
    line: location.lines?.begin,
  }));
}
