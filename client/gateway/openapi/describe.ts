import type { FastifyContextConfig, FastifySchema, RouteOptions } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Guard } from '../authorize.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What `*` at the end of a route stands for; slashes are part of it. */
    rest?: string;
    /** Body of a route that reads its bytes itself. */
    documentedBody?: z.ZodType;
  }
}

type Described = FastifySchema & Record<string, unknown>;
type Route = { schema: Described | undefined; url: string; route: Pick<RouteOptions, 'onRequest'> & { config?: FastifyContextConfig } };

/**
 * A route as the document shows it: `*` becomes a named parameter, and who may call it comes from the guard that really stands there (none: anybody).
 */
export function describeRoutes(registry: z.core.$ZodRegistry<{ id: string }>): ReturnType<typeof createJsonSchemaTransform> {
  const toJson = createJsonSchemaTransform({ schemaRegistry: registry });
  return (document) => {
    const { schema = {}, url, route } = document as unknown as Route;
    const { rest, documentedBody } = route.config ?? {};
    const role = guardOf(route)?.role;
    const described = {
      ...schema,
      ...(rest === undefined ? {} : { params: namedRest(schema.params, rest) }),
      ...(documentedBody === undefined ? {} : { body: documentedBody }),
      security: role === undefined ? [] : [{ token: [role] }],
    };
    return toJson({ ...document, schema: described, url: rest === undefined ? url : url.replace(/\*$/, `:${rest}`) });
  };
}

function guardOf({ onRequest }: Route['route']): Guard | undefined {
  const hooks: unknown[] = [onRequest].flat();
  return hooks.find((hook): hook is Guard => typeof hook === 'function' && 'role' in hook);
}

function namedRest(params: unknown, rest: string): z.ZodType {
  const known = params instanceof z.ZodObject ? (params.shape as Record<string, z.ZodType>)['*'] : undefined;
  return z.object({ [rest]: known ?? z.string() });
}
