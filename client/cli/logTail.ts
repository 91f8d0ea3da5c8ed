/** What is new in `after`, when both are the ends of one growing text: the part behind the longest end of `before` that starts it. */
export function newPart(before: string, after: string): string {
  for (let length = Math.min(before.length, after.length); length > 0; length--) {
    if (before.endsWith(after.slice(0, length))) return after.slice(length);
  }
  return after;
}

/** What of the whole text has not been printed, when `last` is the end of what has: all of it when `last` is not found. */
export function remainder(whole: string, last: string): string {
  const at = last === '' ? -1 : whole.lastIndexOf(last);
  return at === -1 ? whole : whole.slice(at + last.length);
}
