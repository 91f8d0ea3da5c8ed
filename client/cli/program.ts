import { Command } from 'commander';
import { addCompletion } from './commands/completion.ts';
import { addDecisions } from './commands/decisions.ts';
import { addDoctor } from './commands/doctor.ts';
import { addValidate } from './commands/validate.ts';
import { addPipeline } from './commands/pipelineInit.ts';
import { addGateway } from './commands/gateway.ts';
import { addHistory } from './commands/history.ts';
import { addLocks } from './commands/locks.ts';
import { addLogs } from './commands/logs.ts';
import { addRerun } from './commands/rerun.ts';
import { addRun } from './commands/run.ts';
import { addRuns } from './commands/runs.ts';
import { addShow } from './commands/show.ts';
import { addStart } from './commands/start.ts';
import { addSteering } from './commands/steer.ts';
import { addBuildSteering } from './commands/steerBuild.ts';
import { addToken } from './commands/token.ts';
import { addUp } from './commands/up.ts';
import { addWorker } from './commands/worker.ts';
import type { Cli } from './context.ts';
import { withExamples } from './examples.ts';

/** The whole command line as data: verbs with their help; nothing runs until it is parsed. */
export function createProgram(cli: Cli): Command {
  const program = new Command('mainstay')
    .description('Software-delivery agents as durable workflows on Temporal.')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [verb]', 'show help for a verb')
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => cli.terminal.write(text),
      writeErr: (text) => cli.terminal.note(text.replace(/\n$/, '')),
      outputError: (text, write) => write(`${cli.terminal.colours.red('error:')} ${text.replace(/^error: /, '')}`),
    });
  withExamples(program, [
    ['mainstay run pipeline', 'run the pipeline of the repository in this folder'],
    ['mainstay run develop "…" --repo .', 'build what the words say, with proof, on a branch'],
    ['mainstay up', 'keep server and workers running until Ctrl-C'],
    ['mainstay runs', 'list the runs'],
    ['mainstay approve last', 'agree to what the newest run asks'],
    ['mainstay doctor', 'see what this machine has and what it lacks'],
  ]);
  addStart(program, cli);
  addUp(program, cli);
  addWorker(program, cli);
  addGateway(program, cli);
  addToken(program, cli);
  addRun(program, cli);
  addRuns(program, cli);
  addShow(program, cli);
  addLogs(program, cli);
  addLocks(program, cli);
  addSteering(program, cli);
  addBuildSteering(program, cli);
  addRerun(program, cli);
  addDecisions(program, cli);
  addHistory(program, cli);
  addPipeline(program, cli);
  addValidate(program, cli);
  addDoctor(program, cli);
  addCompletion(program, cli);
  exitInsteadOfEnding(program);
  return program;
}

// Commander would end the process by itself, before sessions are closed.
function exitInsteadOfEnding(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) exitInsteadOfEnding(child);
}
