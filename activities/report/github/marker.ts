/** What a hidden line at the start of a text of ours stands for. */
export type MarkerKind = 'run' | 'review' | 'answer';
export type MarkerFields = Readonly<Record<string, string>>;

/** A first line that GitHub does not show and by which the text is found again. */
export function markerLine(kind: MarkerKind, fields: MarkerFields): string {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${encoded(value)}`);
  return `<!-- mainstay:${kind} ${pairs.join(' ')} -->`;
}

/** The fields of a text's marker; undefined where its first line is none. A marker further down is what somebody quoted. */
export function readMarker(kind: MarkerKind, text: string | null | undefined): MarkerFields | undefined {
  const found = /^<!-- mainstay:([a-z]+) ([^\s>]+(?: [^\s>]+)*) -->(?:\r?\n|$)/.exec(text?.slice(0, 4000) ?? '');
  if (found?.[1] !== kind) return undefined;
  const pairs = (found[2] ?? '').split(' ').map((pair) => pair.split('='));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, decoded(value)]));
}

// Two dashes would end the comment for some readers.
function encoded(value: string): string {
  return encodeURIComponent(value).replaceAll('--', '%2D%2D');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
