import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhooks } from '@octokit/webhooks';

/** A delivery that was answered. `ms`: from the moment at which it was due, so that a late answer delays no other. `at`: that moment, epoch. */
export type Answered = { status: number; ms: number; at: number; workflowId?: string };

/** Sends pushes, each of a commit of its own, to a gateway, as GitHub does; never slower because answers are. */
export function createSender({ url, secret }: { url: string; secret: string }) {
  const webhooks = new Webhooks({ secret });
  let pushes = 0;

  const send = async (due: number): Promise<Answered> => {
    const body = JSON.stringify(push(pushes++));
    const at = Date.now() - (performance.now() - due);
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': await webhooks.sign(body),
    };
    const response = await fetch(`${url}/webhooks/github`, { method: 'POST', body, headers });
    const answer = (await response.json()) as { actions?: { workflowId?: string }[] };
    return { status: response.status, ms: performance.now() - due, at, workflowId: answer.actions?.[0]?.workflowId };
  };

  return {
    /** So many a second, evenly, for so long; answers when all are answered. */
    async atRate({ perSecond, seconds, signal }: { perSecond: number; seconds: number; signal: AbortSignal }): Promise<Answered[]> {
      const began = performance.now();
      const sent: Promise<Answered>[] = [];
      for (let n = 0; n < perSecond * seconds && !signal.aborted; n++) {
        const due = began + (n * 1000) / perSecond;
        const early = due - performance.now();
        if (early > 1) await wait(early);
        sent.push(send(due));
      }
      // All end before an interruption is passed on, so that nothing runs when the gateway stops.
      const ended = await Promise.allSettled(sent);
      signal.throwIfAborted();
      return ended.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value;
      });
    },
  };
}

// The branch's name is the number of stages of the no-op pipeline.
function push(n: number) {
  return {
    ref: 'refs/heads/1',
    before: '0'.repeat(40),
    after: createHash('sha1').update(`push ${n}`).digest('hex'),
    created: true,
    repository: { id: 1, full_name: 'acme/shop', pushed_at: n },
    sender: { login: 'ada', type: 'User' },
    commits: [],
  };
}
