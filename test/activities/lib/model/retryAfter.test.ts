import { expect, it } from 'vitest';
import { parkForMs, retryAfterMs } from '../../../../activities/lib/model/retryAfter.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

it.each([
  [{ 'retry-after': '7' }, '', 7000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, '', 60_000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, '', 0],
  [{ 'retry-after-ms': '250' }, '', 250],
  [{}, '{"details":[{"retryDelay": "23.5s"}]}', 23_500],
  [{ 'retry-after': '99999999' }, '', 3_600_000],
  [{ 'retry-after': 'soon' }, '', undefined],
  [{ 'x-ratelimit-reset-tokens': '6m0s' }, '', undefined],
  [{}, 'nothing', undefined],
])('reads %j and %j as %s ms', (headers, body, expected) => {
  expect(retryAfterMs(headers as Record<string, string>, body, now)).toBe(expected);
});

const day = 86_400_000;
it.each([
  ['nothing', {}, '', 30_000],
  ['seconds', { 'retry-after': '7' }, '', 7_000],
  ['a date', { 'retry-after': 'Thu, 01 Jan 2026 02:00:00 GMT' }, '', 7_200_000],
  ['a date that is over', { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, '', 1_000],
  ['more than a day', { 'retry-after': '99999999' }, '', day],
  ['a number without end', { 'retry-after': '9'.repeat(400) }, '', 30_000],
  ['rubbish', { 'retry-after': 'soon', 'x-ratelimit-reset-tokens': '1s; rm -rf' }, '', 30_000],
  ["Google's body", {}, '{"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"41.5s"}]}}', 41_500],
  ["Google's body before headers that count windows", { 'x-ratelimit-reset-requests': '1h' }, '{"retryDelay":"3s"}', 3_000],
  ["Anthropic's time", { 'anthropic-ratelimit-tokens-reset': '2026-01-01T00:03:00Z' }, '', 180_000],
  [
    "Anthropic's window that is used up",
    {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:20Z',
      'anthropic-ratelimit-tokens-remaining': '9000',
      'anthropic-ratelimit-tokens-reset': '2026-01-01T00:10:00Z',
    },
    '',
    20_000,
  ],
  ["OpenAI's spans, the longest", { 'x-ratelimit-reset-requests': '20ms', 'x-ratelimit-reset-tokens': '6m0s' }, '', 360_000],
  ['a moment in seconds', { 'x-ratelimit-reset': String(now / 1000 + 90) }, '', 90_000],
  ['a moment in milliseconds', { 'x-ratelimit-reset': String(now + 45_000) }, '', 45_000],
])('parks a run for %s', (_, headers, body, expected) => {
  expect(parkForMs(headers as Record<string, string>, body, now)).toBe(expected);
});
