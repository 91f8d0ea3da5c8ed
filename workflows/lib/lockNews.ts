import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { lockGrantedSignal, lockLostSignal } from '../messages.ts';
import type { LockNews } from './lockBook.ts';

/** Tells a run of its turn or its loss; false when it is gone. A client is not told: it asks again. */
export async function tellHolder(resource: string, news: LockNews): Promise<boolean> {
  const { id, holder, token } = news.held;
  if (holder.kind === 'client') return true;
  try {
    if (news.kind === 'granted') {
      // Exactly the run that asked: another one of the same id would not know what for.
      await getExternalWorkflowHandle(holder.workflowId, holder.runId).signal(lockGrantedSignal, { resource, id, token });
    } else {
      // Whichever run goes on under this id: the holder may have continued as new since.
      await getExternalWorkflowHandle(holder.workflowId).signal(lockLostSignal, { resource, id, reason: news.reason });
    }
    return true;
  } catch (error) {
    log.info('a run to be told about its lock is gone', { id, error });
    return false;
  }
}
