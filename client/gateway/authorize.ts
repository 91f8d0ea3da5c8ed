import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { failure } from '../../schemas/failures.ts';
import { sendProblem } from './problems.ts';
import { type Caller, mayAct, type Role, type Tokens } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token it is, behind `authorize`. */
    caller?: Caller;
  }
}

/** A hook that lets only bearers of `role` through; the API's document reads the role from it. */
export type Guard = onRequestAsyncHookHandler & { readonly role: Role };

/** Makes a guard: 401 without a known token, 403 with one that may not. */
export type Authorize = (role: Role) => Guard;

/** Reads `Authorization: Bearer <token>`; for the hook `onRequest`, so that nothing of a stranger's body is read. */
export function createAuthorize(tokens: Tokens): Authorize {
  const guard = (role: Role) => async (request: FastifyRequest, reply: FastifyReply) => {
    const token = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(request.headers.authorization ?? '')?.[1];
    const caller = token === undefined ? undefined : tokens(token);
    if (!caller) {
      reply.header('www-authenticate', 'Bearer');
      const message = 'send a token of this gateway: Authorization: Bearer <token>';
      return sendProblem(reply, { status: 401, type: 'NotAuthorized', message });
    }
    if (!mayAct(caller, role)) throw failure('NotAuthorized', `${caller.name} is no ${role}: ask for a token with that role`);
    request.caller = caller;
  };
  return (role) => Object.assign(guard(role), { role });
}

/** Whose request it is, behind `authorize`. */
export function callerOf(request: FastifyRequest): Caller {
  const { caller } = request;
  if (!caller) throw failure('NotAuthorized', 'this route asks for no token: it has no caller');
  return caller;
}
