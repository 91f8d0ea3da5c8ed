import { expect, it } from 'vitest';
import { templateFor, templateNamed, templates } from '../../../../activities/lib/templates/list.ts';
import { refusalOf } from '../../../support/refusals.ts';

it.each(templates.map((template) => [template.id, template]))(
  '%s understands its own example, and nobody else takes it',
  (id, template) => {
    const found = templateFor(template.example);
    expect(found?.template.id).toBe(id);
    expect(found?.reading.kind).toBe('understood');
    expect(templates.filter((one) => one.read(template.example).kind !== 'other')).toEqual([template]);
    expect(templateNamed(id)).toBe(template);
  },
);

it('a request of the right kind that is not understood is refused by its template', () => {
  expect(templateFor('an HTTP service for books with title (nothing)')).toMatchObject({
    template: { id: 'http-service' },
    reading: { kind: 'refused' },
  });
});

it('a request of no known kind has no template', () => {
  expect(templateFor('make the tests of this repository faster')).toBeUndefined();
});

it('an unknown name is refused with the known ones', () => {
  expect(refusalOf(() => templateNamed('htp-service'))).toMatch(/^InvalidInput: template: .*known: .*http-service/);
});
