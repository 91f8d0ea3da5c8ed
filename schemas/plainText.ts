/** One line of text that came from a repository or a tool, harmless in a terminal: no escape sequences, no control or direction characters. */
export function plainLine(text: string, longest = 300): string {
  // What is left of a megabyte is not worth reading all of it; escape sequences and spaces may take most of the part that is read.
  const line = plainLines(text.slice(0, longest * 20 + 2000))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** The same for several lines: only line breaks and tabs stay. */
export function plainLines(text: string): string {
  return text
    .replace(/(?![\n\r\t])\p{Cc}\[[0-9;:?]*[ -/]*[@-~]/gu, '')
    .replace(/(?![\n\r\t])\p{Cc}\][^\p{Cc}]*(?:(?![\n\r\t])\p{Cc}\\?)?/gu, '')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/[\u202A-\u202E\u2066-\u2069\u200E\u200F]/g, '');
}
