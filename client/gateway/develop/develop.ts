import type { FastifyInstance } from 'fastify';
import type { ApiRoutes } from '../api/api.ts';
import { agentRoutes } from './agents.ts';
import { executeRoutes } from './execute.ts';
import { planRoutes } from './plans.ts';
import { statusRoutes } from './status.ts';
import { steerBuildRoutes } from './steer.ts';

/** The develop flow: plans, builds, their questions, and each agent alone. */
export async function developRoutes(app: FastifyInstance, options: ApiRoutes): Promise<void> {
  await planRoutes(app, options);
  await executeRoutes(app, options);
  await statusRoutes(app, options);
  await steerBuildRoutes(app, options);
  await agentRoutes(app, options);
}
