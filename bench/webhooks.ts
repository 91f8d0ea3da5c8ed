import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { connect } from '../client/connect.ts';
import { createGateway, listen } from '../client/gateway/server.ts';
import { type Answered, createSender } from './deliveries.ts';
import { startEmbedded } from './embedded.ts';
import { startNoopWorkers } from './noopPipeline.ts';
import { atMost, type BenchReport } from './report.ts';
import { percentile, short } from './statistics.ts';
import { tidily } from './tidily.ts';

const usualRate = 20;
// At a rate at which nothing queues: the way of one delivery, not the length of a queue.
const calmRate = 2;
const mostRate = 2560;
const overMs = 1000;
const secret = 'only of the bench';

/** How soon GitHub is answered at a usual rate, how soon the first stage starts, and the rate at which an answer takes more than a second. */
export async function benchWebhooks(report: BenchReport, signal: AbortSignal, { seconds = 60, stepSeconds = 5 } = {}): Promise<void> {
  await tidily(async (atEnd) => {
    const home = await mkdtemp(join(tmpdir(), 'mainstay-bench-'));
    atEnd(() => rm(home, { recursive: true, force: true }));
    const engine = await startEmbedded(home, 'durable');
    atEnd(() => engine.stop());
    const workers = await startNoopWorkers({ address: engine.address, cache: join(home, 'cache') });
    atEnd(() => workers.stop());
    const { client, close } = await connect({ options: engine.connectionOptions, namespace: engine.namespace });
    atEnd(close);
    const settings = { githubSecrets: [secret], slackSecrets: [], cloneUrl: 'https://git.test/{owner}/{repo}.git', trusted: [] };
    const gateway = await createGateway({ client, services: { gateway: settings }, home });
    atEnd(() => gateway.close());
    const sender = createSender({ url: await listen(gateway, { host: '127.0.0.1', port: 0 }), secret });

    await sender.atRate({ perSecond: usualRate, seconds: 1, signal });
    const calm = await sender.atRate({ perSecond: calmRate, seconds: seconds / 2, signal });
    await client.withAbortSignal(signal, () => tellFirstStages(report, client, calm));
    tellAnswers(report, await sender.atRate({ perSecond: usualRate, seconds, signal }));
    await findLimit(report, async (perSecond) => await sender.atRate({ perSecond, seconds: stepSeconds, signal }));
  });
}

function tellAnswers(report: BenchReport, answered: Answered[]): void {
  const times = answered.map(({ ms }) => ms);
  const refused = answered.filter(({ status }) => status !== 202).length;
  report.note(`${answered.length} deliveries, ${usualRate} a second: p50 ${short(percentile(times, 50))} ms, ${refused} not taken`);
  report.item(atMost('webhooks/acknowledged, p99', percentile(times, 99), 500, 'ms'));
  report.item(atMost('webhooks/not taken', refused, 0, 'deliveries'));
}

async function tellFirstStages(report: BenchReport, client: Client, answered: Answered[]): Promise<void> {
  const times: number[] = [];
  for (const { at, workflowId } of answered) if (workflowId) times.push((await firstStageStarted(client, workflowId)) - at);
  report.note(`${times.length} deliveries, ${calmRate} a second, each a run of one stage that does nothing`);
  report.item({ name: 'webhooks/to the first stage, p50', value: percentile(times, 50), unit: 'ms' });
  report.item({ name: 'webhooks/to the first stage, p99', value: percentile(times, 99), unit: 'ms' });
}

/** When a worker took the first stage's step, by the run's history; epoch milliseconds. */
async function firstStageStarted(client: Client, workflowId: string): Promise<number> {
  const handle = client.workflow.getHandle(workflowId);
  await handle.result();
  const { events } = await handle.fetchHistory();
  const asked = events?.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'lintCode');
  const taken = events?.find((event) => String(event.activityTaskStartedEventAttributes?.scheduledEventId) === String(asked?.eventId));
  return taken?.eventTime ? tsToMs(taken.eventTime) : NaN;
}

async function findLimit(report: BenchReport, at: (perSecond: number) => Promise<Answered[]>): Promise<void> {
  for (let rate = 2 * usualRate; rate <= mostRate; rate *= 2) {
    const answered = await at(rate);
    const p99 = percentile(
      answered.map(({ ms }) => ms),
      99,
    );
    const refused = answered.filter(({ status }) => status !== 202).length;
    report.note(`${rate} a second: p99 ${short(p99)} ms, ${refused} not taken`);
    if (p99 <= overMs) continue;
    report.item({ name: 'webhooks/rate at which p99 is over a second', value: rate, unit: 'deliveries/s' });
    return;
  }
  report.item({ name: 'webhooks/highest rate tried, p99 below a second', value: mostRate, unit: 'deliveries/s' });
}
