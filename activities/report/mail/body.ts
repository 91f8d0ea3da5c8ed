import type { LetterPart } from './letters.ts';

/** A mail's body as plain text and as simple HTML that loads nothing and runs nothing. */
export function bodyOf(parts: readonly LetterPart[]): { text: string; html: string } {
  return { text: `${parts.map(asText).join('\n\n')}\n`, html: `${parts.map(asHtml).join('\n')}\n` };
}

function asText({ kind, text }: LetterPart): string {
  return kind === 'code' ? text.replace(/^/gm, '    ') : text;
}

function asHtml({ kind, text }: LetterPart): string {
  if (kind === 'code') return `<pre>${escaped(text)}</pre>`;
  return kind === 'link' ? `<p><a href="${escaped(text)}">Open the run</a></p>` : `<p>${escaped(text)}</p>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
