import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';

export type ClusterAnswer = { status: number; body: unknown };

const Status = z.object({ message: z.string() });

/** What the API server says against a request, as one line. */
export function complaintOf({ status, body }: ClusterAnswer): string {
  const said = Status.safeParse(body).data?.message ?? (typeof body === 'string' ? body.slice(0, 300) : `status ${status}`);
  return said.replaceAll('\n', ' ').trim();
}

/** The failure for an answer of 400 or above: `ServiceUnavailable` for what passes by itself, else `ServiceRefused`. */
export function refusedBy(answer: ClusterAnswer, request: string): Error {
  const { status } = answer;
  const said = `the cluster answered ${status} to ${request}: ${complaintOf(answer)}`;
  if (status === 408 || status === 409 || status === 429 || status >= 500) return failure('ServiceUnavailable', said);
  if (status === 401) return failure('ServiceRefused', `${said}; renew the credentials in the worker's kubeconfig`);
  if (status === 403) return failure('ServiceRefused', `${said}; give the worker's account this right, or leave out what needs it`);
  return failure('ServiceRefused', said);
}
