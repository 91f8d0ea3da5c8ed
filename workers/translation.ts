import { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { translated, withinPayloadLimit } from '../activities/lib/translate.ts';

/** Around every activity: errors of the system become failures of the catalogue, and a result too large for a history is refused for good. */
export const translation: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return withinPayloadLimit(Context.current().info.activityType, await next(input));
      } catch (error) {
        throw translated(error);
      }
    },
  },
});
