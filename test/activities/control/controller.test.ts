import { Client, Connection } from '@temporalio/client';
import { expect, onTestFinished, test } from 'vitest';
import { createController } from '../../../activities/control/controller.ts';
import { clientAsk } from '../../support/lockPlace.ts';

test('asking for a lock can be tried again when no server answers', async () => {
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  onTestFinished(() => connection.close());
  const away = createController({ client: new Client({ connection }) });
  await expect(away.askForLock(clientAsk('env:x', 'a'))).rejects.toMatchObject({ type: 'EngineUnavailable', nonRetryable: false });
}, 40_000);
