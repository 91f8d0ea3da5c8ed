import type { Announcer } from '../../contracts.ts';
import { asking } from '../../github/translate.ts';
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
      await whileHeartbeating((signal) => asking(async () => showRun(await openDesk(github, place, signal), facts, news)));
    },
    async publishReview({ place, ...order }) {
      await whileHeartbeating((signal) =>
        asking(async () => {
          const desk = await openPullRequestDesk(github, place, signal);
          await showReview(desk, await whoAmI(desk), order);
        }),
      );
    },
    async answerCommand({ place, ...answer }) {
      await whileHeartbeating((signal) =>
        asking(async () => {
          const desk = await openPullRequestDesk(github, place, signal);
          await showAnswer(desk, await whoAmI(desk), answer);
        }),
      );
    },
  } satisfies Pick<Announcer, 'showOnGitHub' | 'publishReview' | 'answerCommand'>;
}
