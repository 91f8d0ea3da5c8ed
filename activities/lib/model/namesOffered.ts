const mostNames = 40;

const ecmascript = [
  /^export\s+(?:default\s+)?(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|class|const|let|var|type|interface|enum)\s+([\w$]+)/,
  /^(?:module\.)?exports\.([\w$]+)\s*=/,
  /^export\s*\{([^}]{1,500})\}/,
  /^module\.exports\s*=\s*([\w$]+)\s*;?$/,
];
const python = [/^(?:async\s+)?def\s+([A-Za-z]\w*)/, /^class\s+([A-Za-z]\w*)/, /^([A-Z][A-Z0-9_]+)\s*[:=]/];
const go = [/^func\s+(?:\([^)]{0,100}\)\s*)?([A-Z]\w*)/, /^(?:type|var|const)\s+([A-Z]\w*)/];
const rust = [/^\s{0,4}pub(?:\([^)]{0,30}\))?\s+(?:async\s+|unsafe\s+|const\s+)*(?:fn|struct|enum|trait|type|mod|static)\s+(\w+)/];

/** Names that a source offers to others, in their order; a hint for people and models, found line by line without parsing. */
export function namesOffered(path: string, text: string): string[] {
  const patterns = patternsOf(path.slice(path.lastIndexOf('.') + 1));
  const names = text.split('\n').flatMap((line) => {
    const [found] = patterns.flatMap((pattern) => pattern.exec(line.slice(0, 600))?.[1] ?? []);
    return found === undefined ? [] : found.split(',').map((name) => name.replace(/^.*\bas\s+/, '').trim());
  });
  return [...new Set(names.filter(Boolean))].slice(0, mostNames);
}

function patternsOf(extension: string): readonly RegExp[] {
  switch (extension) {
    case 'py':
      return python;
    case 'go':
      return go;
    case 'rs':
      return rust;
    default:
      return ecmascript;
  }
}
