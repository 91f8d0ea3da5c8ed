import { expect, test } from 'vitest';
import { templateNamed } from '../../../activities/lib/templates/list.ts';
import { provingGround } from '../../support/proving.ts';
import { perform } from '../../support/releases.ts';
import { kindsHere } from '../../support/sandboxes.ts';

// The template writes TypeScript for the sandbox image's Node; boxes that lend this machine's programs may have an older one.
const docker = (await kindsHere()).find(({ kind }) => kind === 'docker');
const template = templateNamed('http-service');

test.skipIf(docker?.missing !== undefined)(
  'what a template shows of finished work is made by running it, and of unfinished work the log is shown',
  async () => {
    const reading = template.read(template.example);
    if (reading.kind !== 'understood') throw new Error('the template does not understand its own example');
    const { subject } = reading;
    const ground = await provingGround({ files: { 'README.md': '# Service\n' }, open: {}, hidden: {}, commands: ['true'] });
    const code = template.plan(subject).tasks.flatMap(({ id }) => template.code(subject, id));
    const finished = await ground.change(Object.fromEntries(code.map(({ path, text }) => [path, text])));
    const show = (change: typeof finished, mind: object) =>
      perform(ground.makeExhibits, {
        site: { ...ground.site, isolation: 'docker' },
        change,
        timeout: '60s',
        mind: { kind: 'template', template: template.id, subject, ...mind },
      });

    const exhibits = await show(finished, {});
    expect(exhibits.map(({ name }) => name)).toEqual(['openapi.json']);
    const [first] = exhibits;
    if (first === undefined) throw new Error('no exhibit');
    expect(JSON.parse(Buffer.from(await ground.store.get(first.blob)).toString('utf8'))).toHaveProperty('openapi');
    const [failed, ...more] = await show(ground.base, {});
    expect([failed?.name, more]).toEqual(['exhibit-failed.log', []]);
    expect(await show(finished, { kind: 'model' })).toEqual([]);
  },
);
