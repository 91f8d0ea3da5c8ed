import { describe, expect, it } from 'vitest';
import { readCommand } from '../../../client/gateway/github/command.ts';

describe('a comment', () => {
  it.each([
    ['/mainstay approve', { verb: 'approve' }],
    ['/mainstay approve looks good to me', { verb: 'approve', argument: 'looks good to me' }],
    ['/mainstay  reject\tnot on a Friday  \r\nand more below', { verb: 'reject', argument: 'not on a Friday' }],
    ['/mainstay rerun', { verb: 'rerun' }],
    ['/mainstay rerun unit-test', { verb: 'rerun', argument: 'unit-test' }],
    ['/mainstay deploy staging\n', { verb: 'deploy', argument: 'staging' }],
    ['/mainstay cancel', { verb: 'cancel' }],
    ['/mainstay status   ', { verb: 'status' }],
    [`/mainstay reject ${'x'.repeat(9000)}`, { verb: 'reject', argument: 'x'.repeat(500) }],
  ])('asks for a command: %.40j', (body, command) => {
    expect(readCommand(body)).toEqual({ command });
  });

  it.each([
    '',
    'a word',
    ' /mainstay approve',
    'see /mainstay approve',
    '\n/mainstay approve',
    '/mainstayapprove',
    '> /mainstay approve',
    '`/mainstay approve`',
  ])('asks for nothing when its first line is something else: %j', (body) => {
    expect(readCommand(body)).toBeUndefined();
  });

  it.each([
    ['/mainstay', 'nothing is not a command'],
    ['/mainstay help', 'help is not a command'],
    ['/mainstay APPROVE', 'APPROVE is not a command'],
    ['/mainstay approve,', 'approve, is not a command'],
    ['/mainstay __proto__', '__proto__ is not a command'],
    ['/mainstay rerun lint and test', 'rerun takes one stage'],
    ['/mainstay rerun --all', 'rerun takes one stage'],
    ['/mainstay deploy', 'deploy takes one environment'],
    ['/mainstay deploy $(id)', 'deploy takes one environment'],
    ['/mainstay cancel is what you write to end a run', 'cancel takes no argument'],
  ])('is a problem and no command: %s', (body, problem) => {
    expect(readCommand(body)).toEqual({ problem });
  });
});
