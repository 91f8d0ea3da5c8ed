import { createHash } from 'node:crypto';

/** Text that others wrote, to be shown to a model as data: at most `most` characters of it. */
export type Data = { data: string; label: string; most: number };

/**
 * The text between two marker lines that it cannot hold itself, since they name its own hash. The same text gives the same lines, so that a
 * provider's cache of prompts finds them again.
 */
export function fence({ data, label, most }: Data): string {
  const text = shorten(data, most);
  const mark = `${plainLabel(label)} ${markOf(text)}`;
  return `<<< ${mark}\n${text}\n>>> ${mark}`;
}

/** The beginning and the end of a text, with what was left out counted; the text itself when it is short enough. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const note = `\n… ${text.length - most} characters are left out here …\n`;
  const room = Math.max(most - note.length, 0);
  const tail = Math.floor(room / 4);
  return `${whole(text.slice(0, room - tail))}${note}${tail === 0 ? '' : whole(text.slice(-tail))}`;
}

function markOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A label stands outside of the data: nothing in it may look like a marker. */
function plainLabel(label: string): string {
  return label
    .replaceAll(/[^\p{L}\p{N}\p{P} ]|[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 200);
}

/** Half of a pair of code units is no character, and some providers refuse it. */
function whole(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}
