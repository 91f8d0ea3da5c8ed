import { proxyActivities } from '@temporalio/workflow';
import type { Announcer } from '../../activities/contracts.ts';

const { sendMail } = proxyActivities<Announcer>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '100ms' },
});

/** Has the mails of one state sent. */
export async function tellByMail(news: Parameters<Announcer['sendMail']>[0]): Promise<unknown> {
  return await sendMail(news);
}
