import { NativeConnection, Worker } from '@temporalio/worker';
import { connect } from '../../client/connect.ts';
import { loadConfig } from '../../config/config.ts';
import { taskQueues } from '../../schemas/names.ts';
import { createAgents } from '../../workers/agents.ts';
import { workerDefaults } from '../../workers/defaults.ts';
import { installRuntime } from '../../workers/startWorkers.ts';

// `node effectsChild.ts ADDRESS`: the agents that change GitHub and Slack, as a process that may be killed at any moment. Prints a line once it polls.
const [address = ''] = process.argv.slice(2);
installRuntime();
const connection = await NativeConnection.connect({ address });
const { client } = await connect({ options: { address }, namespace: 'default' });
const { activities } = createAgents({ config: loadConfig(process.env), client });
const workers = await Promise.all(
  (['report', 'github'] as const).map((agent) =>
    Worker.create({ ...workerDefaults, connection, taskQueue: taskQueues[agent], activities: activities[agent] }),
  ),
);
const running = workers.map((worker) => worker.run());
console.log('ready');
await Promise.all(running);
