import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;

/** Words that may follow a verb path, `''` for the program itself. */
type Words = { path: string; description: string; words: string[] };

/** A completion script made from the program's own verbs and options, so that it can never lag behind them. */
export function completionScript(program: Command, shell: (typeof shells)[number]): string {
  const all = wordsOf(program, []);
  if (shell === 'fish') return fish(all);
  return shell === 'bash' ? bash(all) : `#compdef mainstay\nautoload -U +X bashcompinit && bashcompinit\n${bash(all)}`;
}

function wordsOf(command: Command, path: readonly string[]): Words[] {
  const options = command.options.flatMap(({ long, short, argChoices }) => [
    ...(long ? [long] : []),
    ...(short ? [short] : []),
    ...(argChoices ?? []),
  ]);
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const verbs = command.commands.flatMap((child) => [child.name(), ...child.aliases()]);
  const here = { path: path.join(' '), description: command.description(), words: [...verbs, ...choices, ...options, '--help'] };
  return [here, ...command.commands.flatMap((child) => wordsOf(child, [...path, child.name()]))];
}

function bash(all: readonly Words[]): string {
  const cases = all.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`);
  return `_mainstay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb="\${COMP_WORDS[1]}" words
  [ "$COMP_CWORD" -eq 1 ] && verb=''
  if [ "$COMP_CWORD" -gt 2 ]; then case "$verb \${COMP_WORDS[2]}" in ${all
    .filter(({ path }) => path.includes(' '))
    .map(({ path }) => `'${path}'`)
    .join('|')}) verb="$verb \${COMP_WORDS[2]}" ;; esac; fi
  case "$verb" in
${cases.join('\n')}
    *) words='--help' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _mainstay mainstay`;
}

function fish(all: readonly Words[]): string {
  return all
    .map(({ path, words }) => {
      const condition =
        path === ''
          ? '__fish_use_subcommand'
          : path
              .split(' ')
              .map((verb) => `__fish_seen_subcommand_from ${verb}`)
              .join('; and ');
      return `complete -c mainstay -n '${condition}' -a '${words.join(' ')}'`;
    })
    .join('\n');
}
