import { once } from 'node:events';
import { NativeConnection, Worker } from '@temporalio/worker';
import { connect } from '../../client/connect.ts';
import { loadConfig } from '../../config/config.ts';
import { developAgents, taskQueues } from '../../schemas/names.ts';
import { createAgents } from '../../workers/agents.ts';
import { workerDefaults } from '../../workers/defaults.ts';
import { installRuntime, startWorkers } from '../../workers/startWorkers.ts';

// `node developChild.ts ADDRESS BUNDLE`: the develop flow and its agents, as a process that may be killed at any moment. It loads everything and
// waits for a line on standard input, so that it is at work soon after the one before was killed; prints a line once it polls, and ends in order
// when standard input ends.
const [address = '', codePath = ''] = process.argv.slice(2);
const config = loadConfig(process.env);
installRuntime();
const connection = await NativeConnection.connect({ address });
const { client } = await connect({ options: { address }, namespace: 'default' });
await once(process.stdin, 'data');

const shared = { config, connection, client, namespace: 'default' };
const agents = await startWorkers({ ...shared, agents: ['source', ...developAgents], flows: false });
const flows = await Worker.create({
  ...workerDefaults,
  connection,
  taskQueue: taskQueues.orchestration,
  workflowBundle: { codePath },
  activities: createAgents({ config, client }).flowActivities,
  // Without a cache no task waits for the worker that held the run and is dead; and every task replays the history from its first event.
  maxCachedWorkflows: 0,
});
const running = flows.run();
console.log('ready');
if (process.stdin.readableEnded) await end();
else process.stdin.once('end', () => void end());
await Promise.all([agents.ended, running]);
process.exit();

async function end(): Promise<void> {
  flows.shutdown();
  await agents.stop();
}
