import { createHmac, timingSafeEqual } from 'node:crypto';

export type SlackHeaders = { timestamp: string | undefined; signature: string | undefined };

/** Why a request is not taken for Slack's; undefined when it is. */
export type SignatureRefusal = string | undefined;

// Slack's own advice against replays. https://docs.slack.dev/authentication/verifying-requests-from-slack
const windowSeconds = 300;

/** Checks Slack's signature over the bytes that came, in constant time, against every secret that is valid now. */
export function createSignatureCheck(secrets: readonly string[], now: () => number) {
  return {
    /** What can be said before a byte of the body is read. */
    refusesHeaders({ timestamp, signature }: SlackHeaders): SignatureRefusal {
      if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return 'X-Slack-Request-Timestamp is missing or no time';
      if (signature === undefined || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'X-Slack-Signature is missing or none of version v0';
      if (Math.abs(now() / 1000 - Number(timestamp)) <= windowSeconds) return undefined;
      return 'X-Slack-Request-Timestamp is more than five minutes away: a replay, or the clock of this machine is wrong';
    },

    refusesBody(body: Buffer, { timestamp, signature }: SlackHeaders): SignatureRefusal {
      const given = Buffer.from(signature ?? '');
      const fits = secrets.map((secret) => {
        const digest = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
        const expected = Buffer.from(`v0=${digest}`);
        return expected.length === given.length && timingSafeEqual(expected, given);
      });
      if (fits.includes(true)) return undefined;
      return 'X-Slack-Signature does not fit the body: is MAINSTAY_SLACK_SIGNING_SECRET the signing secret of the Slack app?';
    },
  };
}
