/** One simple command of a shell line: `FOO=1 npx eslint lib` is `{ env: ['FOO=1'], words: ['npx', 'eslint', 'lib'] }`. */
export type Command = { env: string[]; words: string[]; text: string };

const piece = /(&&|\|\||[;|&\n])|((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\;&|])+)/g;
const assignment = /^[A-Za-z_][A-Za-z0-9_]*=/;

/** A longer line is cut: an unclosed quote makes the search below quadratic. */
const longest = 4000;

/** Splits a script's line into its simple commands. Shell syntax beyond words, quotes and operators is left as words. */
export function splitCommands(line: string): Command[] {
  const commands: string[][] = [[]];
  for (const match of line
    .slice(0, longest)
    .replace(/\d?>&\d/g, '')
    .matchAll(piece)) {
    if (match[1] !== undefined) commands.push([]);
    else if (match[2] !== undefined) commands.at(-1)?.push(match[2]);
  }
  return commands.filter((words) => words.length > 0).map(toCommand);
}

function toCommand(raw: string[]): Command {
  const text = raw.join(' ');
  let words = raw;
  const env: string[] = [];
  while (words[0] !== undefined) {
    if (assignment.test(words[0])) env.push(words[0]);
    else if (!['cross-env', 'cross-env-shell', 'env', 'exec', 'time'].includes(words[0])) break;
    words = words.slice(1);
  }
  return { env, words: words.map(unquote), text };
}

function unquote(word: string): string {
  return word.replace(
    /"((?:\\.|[^"\\])*)"|'([^']*)'/g,
    (_all, double: string | undefined, single: string | undefined) => double ?? single ?? '',
  );
}

/** The program of a command without its folder and ending: `./node_modules/.bin/mocha`, `jest.js` → `mocha`, `jest`. */
export function programName(word: string): string {
  return (word.split('/').at(-1) ?? word).replace(/\.(?:c|m)?[jt]s$|\.cmd$/, '');
}
