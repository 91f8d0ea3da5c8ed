import { parseJavaScript, isJavaScript, shapeOf } from '../lib/tests/javascript/syntax.ts';
import { isPython, parsePython, shapeOf as shapeOfPython } from '../lib/tests/python/syntax.ts';
import { isComment, languageOf } from '../lib/languages.ts';

/** Whether a file changed by more than white space and comments. */
export function isMeaningful(path: string, before: string | undefined, after: string | undefined): boolean {
  return essence(path, before) !== essence(path, after);
}

function essence(path: string, text: string | undefined): string {
  if (text === undefined) return '';
  if (isPython(path)) return indented(text) + shapeOfPython(parsePython(text).top, parsePython(text));
  const js = isJavaScript(path) ? parseJavaScript(path, text) : undefined;
  if (js && !('error' in js)) return shapeOf(js.program);
  const language = languageOf(path);
  const lines = text.split('\n').filter((line) => language === undefined || !isComment(line, language));
  return lines
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n');
}

/** How the lines of Python are nested, which is part of what they say; not by how many spaces. */
function indented(text: string): string {
  const open: number[] = [];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
    .map((line) => {
      const depth = line.length - line.trimStart().length;
      while ((open.at(-1) ?? -1) > depth) open.pop();
      if ((open.at(-1) ?? -1) < depth) open.push(depth);
      return open.length;
    })
    .join(' ');
}
