import { MockActivityEnvironment } from '@temporalio/testing';
import Dockerode from 'dockerode';
import { createDeployer } from '../../activities/deploy/deployer.ts';
import { createWorkspaces } from '../../activities/lib/workspaces.ts';
import type { ChildOrder } from './releases.ts';

// A worker that does one deploy and may be killed at any moment: `deployInChild` starts it and sends the order.
process.once('message', (order: ChildOrder) => {
  const { home, task, docker, kubeconfig } = order;
  const deployer = createDeployer({
    home,
    workspaces: createWorkspaces({ home }),
    docker: docker ? new Dockerode() : undefined,
    access: { kubeconfig },
  });
  const workflowExecution = { workflowId: 'killed', runId: 'killed' };
  void new MockActivityEnvironment({ workflowExecution }).run(deployer.deployRelease, task);
});
