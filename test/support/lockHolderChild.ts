import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../client/connect.ts';
import { acquireLock, renewLock } from '../../client/locks.ts';
import { failureType } from '../../schemas/failures.ts';

// `node lockHolderChild.ts ADDRESS RESOURCE TARGET`: holds a lock, writes to the target under its token, and may be stopped and continued at any
// moment. When it hears that the lock is lost it writes once more, as a careless holder would, and ends with 3 if that was refused.
const [address = '', resource = '', target = ''] = process.argv.slice(2);
const { client } = await connect({ options: { address }, namespace: 'default' });
const id = `holder-${process.pid}`;
const answer = await acquireLock(client, { id, resource, holder: { kind: 'client', name: id }, lease: '1 second' });
if (answer.state !== 'granted') process.exit(2);
const { token } = answer;
const write = async () => (await fetch(target, { method: 'POST', body: JSON.stringify({ by: id, token }) })).ok;
for (;;) {
  await write();
  try {
    await renewLock(client, { resource, id });
  } catch (error) {
    process.exit(failureType(error) === 'LockLost' && !(await write()) ? 3 : 1);
  }
  await wait(100);
}
