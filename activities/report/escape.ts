import { plainLine, plainLines } from '../../schemas/plainText.ts';

/** Text of a repository or tool as one line of Markdown that shows it and does nothing: no mention, link, image, HTML or formatting. */
export function markdownText(text: string, longest = 300): string {
  return (
    plainLine(text, longest)
      .replace(/[\\`*_{}[\]()<>|~!]/g, '\\$&')
      // Mentions, references and bare links are found after backslashes are gone; a space of no width breaks them.
      .replace(/[@#]/g, '$&\u200b')
      .replace(/:\/\//g, ':\u200b//')
      .replace(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`)
  );
}

/** Several lines as a code block that its content cannot end. */
export function codeBlock(text: string): string {
  const plain = plainLines(text).trimEnd();
  const longestRun = Math.max(2, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence}text\n${plain}\n${fence}`;
}
