import type { Announcer } from '../../contracts.ts';
import { asking } from '../../lib/github/translate.ts';
import { whileHeartbeating } from '../../lib/heartbeats.ts';
import { showAnswer } from './answer.ts';
import { type GitHubAccess, openDesk, openPullRequestDesk } from './desk.ts';
import { whoAmI } from './identity.ts';
import { showReview } from './review.ts';
import { type RunFacts, showRun } from './run.ts';

/** Shows runs, reviews and answers on GitHub. Each call makes GitHub show what it is given; what is shown already costs no write. */
export function createGitHubAnnouncer({ github, ...facts }: { github: GitHubAccess } & RunFacts) {
  return {
    async showOnGitHub(news) {
      const { place } = news;
      if (place === undefined) return;
      await untilCancelled(async (signal) => showRun(await openDesk(github, place, signal), facts, news));
    },
    async publishReview({ place, ...order }) {
      await untilCancelled(async (signal) => {
        const desk = await openPullRequestDesk(github, place, signal);
        await showReview(desk, await whoAmI(desk), order);
      });
    },
    async answerCommand({ place, ...answer }) {
      await untilCancelled(async (signal) => {
        const desk = await openPullRequestDesk(github, place, signal);
        await showAnswer(desk, await whoAmI(desk), answer);
      });
    },
  } satisfies Pick<Announcer, 'showOnGitHub' | 'publishReview' | 'answerCommand'>;
}

/** The work with heartbeats. When it was broken off, the cancellation is what comes out, not the request that it cut. */
async function untilCancelled(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  await whileHeartbeating(async (signal) => {
    try {
      await asking(() => work(signal));
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  });
}
