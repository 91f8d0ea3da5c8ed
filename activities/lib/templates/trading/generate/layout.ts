const width = 140;

/** A call or a chain of && and ||, still without line breaks. */
export type Expression = string | { call: string; of: Expression[] } | { chain: '&&' | '||'; of: Expression[] };

/** An expression as the formatter would write it after `prefix` in a line that is indented by `indent` spaces. */
export function layOut(expression: Expression, indent: number, room: number, firstIndent = indent): string {
  const flat = onOneLine(expression);
  if (indent + room + flat.length <= width || typeof expression === 'string') return flat;
  const gap = '\n' + ' '.repeat(indent + 2);
  if ('call' in expression) {
    return `${expression.call}(${expression.of.map((part) => `${gap}${layOut(part, indent + 2, 1)},`).join('')}\n${' '.repeat(indent)})`;
  }
  // The formatter indents what follows in parentheses, but not what opens them.
  const parts = expression.of.map((part, i) => nested(part, i === 0 ? firstIndent : indent));
  return parts.join(` ${expression.chain}${gap.slice(0, -2)}`);
}

/** `return …;` of a function's body. */
export function returned(expression: Expression, indent = 2): string {
  const margin = ' '.repeat(indent);
  const flat = `${margin}return ${onOneLine(expression)};`;
  if (flat.length <= width) return flat;
  if (typeof expression === 'object' && 'chain' in expression) {
    return `${margin}return (\n${margin}  ${layOut(expression, indent + 2, 0)}\n${margin});`;
  }
  return `${margin}return ${layOut(expression, indent, 'return ;'.length)};`;
}

/** Words as lines of a JSDoc comment. */
export function commented(text: string, indent = 0): string {
  const margin = ' '.repeat(indent);
  const lines = [''];
  for (const word of text.replaceAll('*/', '* /').split(' ')) {
    const line = lines.at(-1) ?? '';
    if (indent + 3 + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  const single = `${margin}/** ${lines[0]} */`;
  if (lines.length === 1 && single.length <= width) return single;
  return [`${margin}/**`, ...lines.map((line) => `${margin} * ${line}`), `${margin} */`].join('\n');
}

function nested(part: Expression, indent: number): string {
  if (typeof part !== 'object' || !('chain' in part)) return layOut(part, indent, 4);
  const flat = `(${onOneLine(part)})`;
  return indent + flat.length + 3 <= width ? flat : `(${layOut(part, indent + 2, 2, indent)})`;
}

function onOneLine(expression: Expression): string {
  if (typeof expression === 'string') return expression;
  if ('call' in expression) return `${expression.call}(${expression.of.map(onOneLine).join(', ')})`;
  const inner = expression.of.map((part) => (typeof part === 'object' && 'chain' in part ? `(${onOneLine(part)})` : onOneLine(part)));
  return inner.join(` ${expression.chain} `);
}
