import { expect, it } from 'vitest';
import { retryAfterMs } from '../../../../activities/lib/model/retryAfter.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

it.each([
  [{ 'retry-after': '7' }, '', 7000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, '', 60_000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, '', 0],
  [{ 'retry-after-ms': '250' }, '', 250],
  [{}, '{"details":[{"retryDelay": "23.5s"}]}', 23_500],
  [{ 'retry-after': '99999999' }, '', 3_600_000],
  [{ 'retry-after': 'soon' }, '', undefined],
  [{}, 'nothing', undefined],
])('reads %j and %j as %s ms', (headers, body, expected) => {
  expect(retryAfterMs(headers as Record<string, string>, body, now)).toBe(expected);
});
