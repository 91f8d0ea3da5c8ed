import { plainLines } from '../../schemas/plainText.ts';

/** GitHub takes 65,536 characters; escaping makes some of them two. */
const longestBody = 30_000;

/** Text of people, models and tools for a pull request: shown as it is, line by line; no mention, reference, link, image or HTML comes of it. */
export function bodyText(text: string): string {
  const plain = plainLines(text.slice(0, longestBody)).trim();
  return (
    plain
      .replace(/[\\`*_{}[\]()<>|~!&$]/g, '\\$&')
      // Mentions, references and bare links are found after backslashes are gone; a space of no width breaks them.
      .replace(/[@#]/g, '$&\u200b')
      .replace(/\bgh-(?=\d)/gi, '$&\u200b')
      .replace(/:\/\//g, ':\u200b//')
      .replace(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`)
      // Two spaces at its end keep a line apart from the next.
      .replace(/([^\n])\n(?=[^\n])/g, '$1  \n')
  );
}
