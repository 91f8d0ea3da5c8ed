import { plainLine, plainLines } from '../../schemas/plainText.ts';

/** Text of a repository or tool as one line of Markdown that shows it and does nothing: no mention, link, image, HTML or formatting. */
export function markdownText(text: string, longest = 300): string {
  return (
    plainLine(text, longest)
      .replace(/[\\`*_{}[\]()<>|~!&$]/g, '\\$&')
      // Mentions, references and bare links are found after backslashes are gone; a space of no width breaks them.
      .replace(/[@#]/g, '$&\u200b')
      .replace(/\bgh-(?=\d)/gi, '$&\u200b')
      .replace(/:\/\//g, ':\u200b//')
      .replace(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`)
  );
}

/** One line as code that its content cannot end. */
export function codeSpan(text: string, longest = 300): string {
  return `\`${plainLine(text, longest).replaceAll('`', "'") || ' '}\``;
}

/** Several lines as a code block that its content cannot end. */
export function codeBlock(text: string): string {
  const plain = plainLines(text).trimEnd();
  const longestRun = Math.max(2, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence}text\n${plain}\n${fence}`;
}

/** A web address that Markdown shows as a link and that ends nothing around it; undefined for anything but http and https. */
export function linkTo(url: string | undefined): string | undefined {
  if (url === undefined || url.length > 2000 || !URL.canParse(url) || !/^https?:\/\//i.test(url)) return undefined;
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') return undefined;
  return url.replace(/[^A-Za-z0-9\-._:/?#&=%+,]/gu, (found) =>
    [...Buffer.from(found)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
