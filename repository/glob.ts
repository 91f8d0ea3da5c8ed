import { RE2JS } from 're2js';

const longest = 500;

/**
 * A matcher of repository paths for a glob from a repository's own configuration: `*`, `?`, `[a-z]`, `{a,b}`, and `**` across
 * folders; a trailing `/` means all below; hidden files count. Linear in the path's length whatever the glob, which the usual
 * glob libraries, built on backtracking expressions, are not. Throws `RangeError` with what is wrong.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  if (glob.length > longest) throw new RangeError(`a pattern has at most ${longest} characters`);
  const expression = RE2JS.compile(`^(?:${translate(glob.replace(/^\.?\//, '').replace(/\/$/, '/**'))})$`);
  return (path) => expression.matcher(path).find();
}

const piece = /\*\*\/|\/\*\*$|\*\*|\*|\?|\[!?(?:\\.|[^\]\\/])+\]|\\.|[{},]|[^*?[\\{},]+|\[/g;

function translate(glob: string): string {
  let open = 0;
  const parts = [...glob.matchAll(piece)].map(([token]) => {
    if (token === '{') open++;
    if (token === '}') open--;
    if (open < 0) throw new RangeError('a } without a {');
    return translatePiece(token, open);
  });
  if (open > 0) throw new RangeError('a { without a }');
  return parts.join('');
}

function translatePiece(token: string, open: number): string {
  switch (token) {
    case '**/':
      return '(?:.*/)?';
    case '/**':
      return '/.*';
    case '**':
      return '.*';
    case '*':
      return '[^/]*';
    case '?':
      return '[^/]';
    case '{':
      return '(?:';
    case '}':
      return ')';
    case ',':
      return open > 0 ? '|' : ',';
  }
  if (token.startsWith('[') && token.length > 1) return token.replace(/^\[!/, '[^');
  return RE2JS.quote(token.startsWith('\\') ? token.slice(1) : token);
}

/** Whether any path is meant by the globs; those that start with `!` take away from the others. */
export function anyPathMatches(globs: readonly string[], paths: readonly string[]): boolean {
  const wanted = globs.filter((glob) => !glob.startsWith('!')).map(globMatcher);
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => globMatcher(glob.slice(1)));
  return paths.some(
    (path) => (wanted.length === 0 || wanted.some((matches) => matches(path))) && !unwanted.some((matches) => matches(path)),
  );
}
