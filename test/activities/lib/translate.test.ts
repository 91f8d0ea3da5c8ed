import { execa } from 'execa';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { translated, withinPayloadLimit } from '../../../activities/lib/translate.ts';
import { failureMessage, failureType } from '../../../schemas/failures.ts';

const absent = 'mainstay-no-such-tool';

describe('translated', () => {
  it('names the tool that is not installed', async () => {
    const error = translated(await execa(absent, ['--version']).catch((thrown: unknown) => thrown));
    expect(failureType(error)).toBe('ToolMissing');
    expect(failureMessage(error)).toMatch(/^mainstay-no-such-tool is not installed/);
  });

  it('names the field that is wrong', () => {
    const parsed = z.object({ stage: z.object({ id: z.string() }) }).safeParse({ stage: { id: 1 } });
    const error = translated(parsed.error);
    expect(failureType(error)).toBe('InvalidInput');
    expect(failureMessage(error)).toMatch(/^stage\.id: /);
  });

  it.each(['ENOSPC', 'EDQUOT'])('says where the disk is full on %s', (code) => {
    const error = translated(Object.assign(new Error('write'), { code, path: '/data/x' }));
    expect(failureType(error)).toBe('StoreFull');
    expect(failureMessage(error)).toContain('/data/x');
  });

  it.each([
    new CancelledFailure('cancelled'),
    ApplicationFailure.nonRetryable('refused', 'PolicyDenied'),
    Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open', path: '/x' }),
    new Error('unknown'),
    'text',
  ])('leaves %s as it is', (error) => {
    expect(translated(error)).toBe(error);
  });
});

describe('withinPayloadLimit', () => {
  it('lets through what a workflow can keep, and refuses for good what it cannot', () => {
    const small = { text: 'x'.repeat(1000) };
    expect(withinPayloadLimit('runTests', small)).toBe(small);
    expect(withinPayloadLimit('runTests', undefined)).toBeUndefined();
    expect(() => withinPayloadLimit('runTests', 'ä'.repeat(1_000_000))).toThrow(/^runTests answered 2000002 bytes/);
  });
});
