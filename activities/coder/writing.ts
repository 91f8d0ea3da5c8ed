import type { Mind, Provenance } from '../../schemas/mind.ts';
import { failure } from '../../schemas/failures.ts';
import { noUsage } from '../../schemas/usage.ts';
import type { Coder, CodeOrder } from '../developContracts.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import { templateNamed } from '../lib/templates/list.ts';
import { briefWriter } from './briefing.ts';
import { byProgram, type ProgramParts, type Written } from './byProgram.ts';
import { commitWords } from './commitWords.ts';
import { secretIn } from './editing.ts';
import { somePaths } from './wording.ts';

/** Writes a task's code in one go. */
export function codeWriter(given: Omit<ProgramParts, 'brief'>): Coder['writeCode'] {
  const parts = { ...given, brief: briefWriter(given.deps) };
  return async (order) => {
    const { mind } = order;
    switch (mind.kind) {
      case 'template':
        return await fromTemplate(parts, order, mind);
      case 'program':
        return await whileHeartbeating((signal, progress) => byProgram(parts, order, mind, { signal, progress }), {
          task: order.site.taskId,
        });
      case 'model':
        throw failure('NotOffered', 'a model writes code step by step: start solveTask with the brief of briefTask');
    }
  };
}

async function fromTemplate({ deps }: ProgramParts, order: CodeOrder, mind: Extract<Mind, { kind: 'template' }>): Promise<Written> {
  const { site, start, todo } = order;
  const template = templateNamed(mind.template);
  const files = template.code(mind.subject, todo.id);
  for (const { path, text } of files) {
    const secret = text === null ? undefined : await secretIn(deps.findSecrets, path, text);
    if (secret !== undefined) throw failure('ChangeRefused', `${secret} Take it out of the request.`);
  }
  const by: Provenance = { agent: 'coder@1', mind: `template:${template.id}@${template.version}` };
  const words = await commitWords(deps, order, by);
  const change = await deps.commits.commit({ source: site.source, on: start, files, words });
  const summary =
    change.commit === start.commit
      ? `The code of template ${template.id} is there already; nothing was changed.`
      : `Made by template ${template.id}: ${somePaths(files.map(({ path }) => path))}.`;
  return { kind: 'answer', value: { change, summary }, usage: noUsage, by };
}
