/** Normalised name of a requirement line: lower case, runs of `-_.` as one `-` (PEP 503). The whole line when it starts with no name. */
export function nameOf(line: string): string {
  const name = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(line)?.[1] ?? line;
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
