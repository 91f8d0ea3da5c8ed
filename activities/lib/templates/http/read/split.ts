/** Parts of a text between separators that stand outside brackets. */
export function splitOutside(text: string, separator: RegExp): string[] {
  const sticky = new RegExp(separator.source, 'iuy');
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length;) {
    const char = text[i];
    if (char === '(') depth++;
    if (char === ')') depth--;
    sticky.lastIndex = i;
    const found = depth === 0 ? sticky.exec(text)?.[0].length : undefined;
    if (found === undefined || found === 0) {
      i++;
      continue;
    }
    parts.push(text.slice(from, i));
    i += found;
    from = i;
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

/** `a, b and c` as its three items. */
export function splitList(text: string): string[] {
  return splitOutside(text, /\s*,\s*(?:and\s+)?|\s+and\s+|\s+as well as\s+/);
}

/** Sentences and parts of sentences: what stands between semicolons, full stops and line ends. */
export function splitClauses(text: string): string[] {
  return splitOutside(text, /\s*;\s*|\.(?=\s|$)\s*|\s*\n\s*/).map((clause) => clause.replace(/^(?:,\s*)?(?:and|also|plus|then)\s+/i, ''));
}
