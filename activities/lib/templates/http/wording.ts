/** `a book`, `an author`. */
export function withArticle(singular: string): string {
  return `${/^[aeio]|^u(?!ni|se)/.test(singular) ? 'an' : 'a'} ${singular}`;
}

/** The text with a capital letter first. */
export function capital(text: string): string {
  return text.replace(/^./u, (letter) => letter.toUpperCase());
}
