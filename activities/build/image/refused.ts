import { z } from 'zod';

const Answer = z.object({ statusCode: z.number().int().min(400).max(499), message: z.string() });

/** The daemon's words when it refused a request for what it asks (a status of 400 to 499); any other error is thrown on. */
export function refusal(error: unknown): string {
  const answer = Answer.safeParse(error);
  if (!answer.success) throw error;
  return answer.data.message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}
