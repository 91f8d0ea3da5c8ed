import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { createMailer } from '../../../../activities/report/mail/mailer.ts';
import { workerDefaults } from '../../../../workers/defaults.ts';
import { quietLogger } from '../../../../workers/logger.ts';
import { openEngine } from '../../../support/gateway.ts';
import { type MailFault, startMailbox } from '../../../support/mailbox.ts';
import { runNews } from '../../../support/news.ts';

it("Temporal's second attempt, even by another worker, sends only what the first did not", async () => {
  Runtime.install({ logger: quietLogger() });
  const faults: MailFault[] = [{ code: 451 }];
  const box = await startMailbox({ fault: (to) => (to === 'b@acme.test' ? faults.shift() : undefined) });
  const workflowsPath = fileURLToPath(new URL('../../../support/mailFlow.ts', import.meta.url));
  const [engine, workflowBundle] = await Promise.all([openEngine(), bundleWorkflowCode({ workflowsPath, logger: quietLogger() })]);
  const connection = await NativeConnection.connect({ address: engine.address });
  // A mailer per attempt: what one remembers by itself does not help the other.
  const sendMail: ReturnType<typeof createMailer>['sendMail'] = (news) =>
    createMailer({ mail: { url: box.url, from: 'mainstay@acme.test' }, links: { run: () => undefined } }).sendMail(news);
  const worker = await Worker.create({ ...workerDefaults, connection, taskQueue: 'mails', workflowBundle, activities: { sendMail } });
  const running = worker.run();
  try {
    const news = runNews({ status: 'failed', notify: { email: ['a@acme.test', 'b@acme.test', 'c@acme.test'] } });
    const started = { taskQueue: 'mails', workflowId: randomUUID(), args: [news] };
    const { sent } = (await engine.client.workflow.execute('tellByMail', started)) as { sent: string[] };
    expect(box.recipients()).toEqual(['a@acme.test', 'c@acme.test', 'b@acme.test']);
    expect(sent).toHaveLength(3);
  } finally {
    worker.shutdown();
    await running;
    await connection.close();
    await engine.close();
    await box.close();
  }
});
