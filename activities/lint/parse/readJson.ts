import type { z } from 'zod';
import { UnreadableFindings } from '../finding.ts';

/** JSON of the shape; `UnreadableFindings` when it is broken or another. Lines before the first that opens with `{` or `[` are chatter. */
export function readJson<Shape extends z.ZodType>(text: string, shape: Shape): z.infer<Shape> {
  const start = text.search(/^[[{]/m);
  const end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}'));
  let value: unknown;
  try {
    value = JSON.parse(start === -1 ? text : text.slice(start, end + 1));
  } catch {
    throw new UnreadableFindings(`did not print JSON: ${text.trim().slice(0, 200) || 'nothing'}`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UnreadableFindings(
    `printed JSON of an unknown shape (${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message})`,
  );
}
