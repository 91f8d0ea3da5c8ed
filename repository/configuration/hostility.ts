import { visit, type Document } from 'yaml';

const deepest = 100;
const mostExpanded = 1024 * 1024;

/**
 * Where brackets nest deeper, or close oftener, than any configuration's; undefined when they do not. The parser would find out
 * too, but takes seconds. Brackets in texts count, so the bound is generous.
 */
export function wildNesting(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '[' || char === '{') depth++;
    if (char === ']' || char === '}') depth--;
    if (Math.abs(depth) > deepest) return i;
  }
  const indicators = /(?:[-?:][ \t]+){100}/.exec(text);
  return indicators?.index;
}

/** Whether the aliases would repeat more than a mebibyte of the file, before what they hold is expanded in turn. */
export function expandsWidely(document: Document): boolean {
  let size = 0;
  visit(document, {
    Alias(_key, alias) {
      const range = alias.resolve(document)?.range;
      size += range ? range[1] - range[0] : 0;
      return size > mostExpanded ? visit.BREAK : undefined;
    },
  });
  return size > mostExpanded;
}
