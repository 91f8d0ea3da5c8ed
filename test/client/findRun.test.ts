import { describe, expect, it } from 'vitest';
import { chooseRun } from '../../client/findRun.ts';
import { failureMessage, failureType } from '../../schemas/failures.ts';
import type { RunSummary } from '../../client/view.ts';
import { runView } from '../support/runViews.ts';

const shop: RunSummary = runView([]);
const older: RunSummary = { ...shop, runId: '00000000-older' };
const site: RunSummary = { ...runView([]), workflowId: 'run-pipeline/acme/site/9f4', shortId: '9f4', runId: 'ffffffff-site' };
const runs = [shop, older, site];

describe('choosing a run by what a person types', () => {
  it.each([
    ['last', shop.runId],
    ['run-pipeline/acme/shop/9f3c2e1d4b5a', shop.runId],
    ['acme/shop', shop.runId],
    ['acme/shop/', shop.runId],
    ['9f3c2e1', shop.runId],
    ['9f3', shop.runId],
    ['00000000', older.runId],
    ['ffffffff-site', site.runId],
  ])('takes %s', (typed, runId) => {
    expect(chooseRun(typed, runs).runId).toBe(runId);
  });

  it.each([
    ['9f3c2e7', 'RunNotFound', 'nearest: run-pipeline/acme/shop/9f3c2e1d4b5a'],
    ['9f', 'RunNotFound', 'nearest'],
    ['acme', 'InvalidInput', 'fits several runs'],
  ])('refuses %s with %s', (typed, type, text) => {
    const error = refusal(() => chooseRun(typed, runs));
    expect(failureType(error)).toBe(type);
    expect(failureMessage(error)).toContain(text);
  });

  it('says how to start one when there is none', () => {
    expect(failureMessage(refusal(() => chooseRun('last', [])))).toContain('mainstay run pipeline');
  });
});

function refusal(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new TypeError('it was not refused');
}
