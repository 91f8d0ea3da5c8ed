import type { Template } from '../template.ts';
import { contractOf } from './contracts.ts';
import { planService } from './plan.ts';
import { readService } from './read/service.ts';
import { asService } from './subject.ts';
import { taskOf } from './tasks.ts';

/** An HTTP service for resources: TypeScript on node:http, without dependencies, with an OpenAPI document. */
export const httpService: Template = {
  id: 'http-service',
  version: 1,
  title: 'HTTP service for resources',
  example:
    'an HTTP service for books with title (text, required), pages (number ≥ 1), published (date) and status (draft or final); list, create, read, update and delete; listing filters by status',
  read: readService,
  plan: (subject) => planService(asService(subject)),
  contract: (subject, taskId) => contractOf(asService(subject), taskId),
  tests: (subject, taskId) => taskOf(asService(subject), taskId).tests(),
  code: (subject, taskId) => taskOf(asService(subject), taskId).code(),
  exhibit: { command: 'node src/writeOpenapi.mts', files: ['openapi.json'] },
};
