import picomatch from 'picomatch';

type Rule = { keep: boolean; matches: (path: string) => boolean };

/**
 * Reads a .dockerignore: answers whether a path (relative, with `/`) is left out. The last rule that matches a path or a folder
 * above it decides, `!` keeps. https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function readDockerignore(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '!')
    .map(toRule);
  return (path) => !(rules.findLast((rule) => rule.matches(path))?.keep ?? true);
}

function toRule(line: string): Rule {
  const keep = line.startsWith('!');
  const pattern = (keep ? line.slice(1).trim() : line).replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  const options = { dot: true, nonegate: true, noextglob: true, nobrace: true };
  return { keep, matches: picomatch([pattern, `${pattern}/**`], options) };
}
