import type { FastifyReply, FastifyRequest } from 'fastify';
import { failure } from '../../schemas/failures.ts';

/** Lets a body in, or fails with `ServiceUnavailable` when those that are on their way would fill the memory: senders are not yet known then. */
export type Intake = (request: FastifyRequest, reply: FastifyReply) => void;

/** At most so many bytes on their way at a time; a body that does not tell its length counts as the longest that is taken. */
export function createIntake({ mostBytes, longest }: { mostBytes: number; longest: number }): Intake {
  const state = { bytes: 0 };
  return (request, reply) => {
    const told = Number(request.headers['content-length'] ?? longest);
    const bytes = Math.min(Number.isFinite(told) ? told : longest, longest);
    if (state.bytes + bytes > mostBytes) throw failure('ServiceUnavailable', 'too much is on its way at once: send it again in a moment');
    state.bytes += bytes;
    reply.raw.once('close', () => {
      state.bytes -= bytes;
    });
  };
}
