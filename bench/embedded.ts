import { type Engine, joinOrStartEngine } from '../engine/engine.ts';
import type { Profile } from '../engine/profiles.ts';

/** The embedded engine in a home of its own. */
export async function startEmbedded(home: string, profile: Profile): Promise<Engine> {
  // Nothing of the person's own Temporal configuration: the bench measures servers of its own.
  const env = { HOME: home, PATH: process.env['PATH'] };
  return joinOrStartEngine({ home, profile, env, progress: () => undefined, temporalCli: process.env['MAINSTAY_TEMPORAL_CLI'] });
}
