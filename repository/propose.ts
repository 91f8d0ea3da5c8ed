import { Document, isScalar, type Scalar, type YAMLMap } from 'yaml';
import { PipelineFile } from '../schemas/pipelineFile.ts';
import type { Project } from './project.ts';
import { buildTargets, lintTools, testRunner } from './tools.ts';

export type Proposal = {
  file: PipelineFile;
  /** Why each stage is there, one sentence by stage. */
  why: Record<string, string>;
  /** The same as a commented `pipeline.yml`. */
  yaml: string;
};

/**
 * A pipeline for a repository that has none: a stage for each kind of work that something was found for, all at once. Security
 * is always there, since secrets can be anywhere; a deploy never, since where to is nobody's guess.
 */
export function proposePipeline(project: Project): Proposal {
  const why: Record<string, string> = {
    lint: reasons(project.packages.flatMap((pkg) => lintTools(project, pkg).map((tool) => placed(tool.directory, tool.why)))),
    test: reasons(
      project.packages.flatMap((pkg) => [testRunner(project, pkg)].flatMap((tool) => (tool ? [placed(tool.directory, tool.why)] : []))),
    ),
    build: reasons(buildTargets(project).map((target) => placed(target.directory, `${target.make}: ${target.why}`))),
    security: 'looks for secrets, unsafe code and vulnerable dependencies',
  };
  const found = Object.fromEntries(Object.entries(why).filter(([, reason]) => reason !== ''));
  const content = { pipeline: { stages: Object.fromEntries(Object.keys(found).map((name) => [name, {}])) } };
  return { file: PipelineFile.parse(content), why: found, yaml: commented(content, found) };
}

const shown = 3;

function reasons(all: readonly string[]): string {
  const distinct = [...new Set(all)];
  const more = distinct.length - shown;
  return [...distinct.slice(0, shown), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function placed(directory: string, why: string): string {
  return directory === '' ? why : `${directory}: ${why}`;
}

const head = ` Stages without \`needs\` start at once. Settings: needs, when, paths, run, env, matrix, timeout,
 retry_on_failure, allow_failure, approval, environment, cache.`;

function commented(content: object, why: Record<string, string>): string {
  const document = new Document(content);
  document.commentBefore = head;
  const stages = document.getIn(['pipeline', 'stages']) as YAMLMap<Scalar>;
  for (const { key } of stages.items) {
    if (isScalar(key)) key.commentBefore = ` ${oneLine(why[String(key.value)] ?? '')}`;
  }
  return document.toString({ lineWidth: 0 });
}

/** Names of scripts and folders come from the repository; a line break in one must not end the comment. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what must not stand in a comment
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ').slice(0, 300);
}
