import { Argument, type Command } from 'commander';
import { completionScript, shells } from '../completion.ts';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';

/** `mainstay completion`: a script that teaches a shell the verbs and options. */
export function addCompletion(program: Command, cli: Cli): void {
  const command = program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .action((shell: (typeof shells)[number]) => cli.terminal.print(completionScript(program, shell)));
  withExamples(command, [
    ['source <(mainstay completion bash)', 'in ~/.bashrc'],
    ['mainstay completion zsh > "${fpath[1]}/_mainstay"', 'once, for zsh'],
    ['mainstay completion fish > ~/.config/fish/completions/mainstay.fish', 'once, for fish'],
  ]);
}
