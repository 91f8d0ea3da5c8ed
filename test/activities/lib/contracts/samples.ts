import { Contract } from '../../../../schemas/contract.ts';

/** A contract of an HTTP interface, as an architect might write it. */
export const booksContract = Contract.parse({
  task_id: 't1',
  version: 2,
  title: 'Books',
  language: 'typescript',
  interfaces: [
    { name: 'format', kind: 'function', module: 'src/format.ts', description: 'Formats.', returns: { type: 'string' } },
    {
      name: 'listBooks',
      kind: 'endpoint',
      module: 'src/books.ts',
      http: { method: 'GET', path: '/books', status: 200 },
      description: 'Lists books.',
      parameters: [
        { name: 'query', type: 'BookQuery' },
        { name: 'trace', type: 'string', required: false, description: 'a header' },
      ],
      returns: { type: 'Book[]', description: 'All of them' },
    },
    {
      name: 'createBook',
      kind: 'endpoint',
      module: 'src/books.ts',
      http: { method: 'POST', path: '/books', status: 201 },
      description: 'Creates one.',
      parameters: [
        { name: 'title', type: 'string' },
        { name: 'pages', type: 'number | null', required: false },
      ],
      returns: { type: 'Book' },
      exceptions: [
        { type: 'Problem', when: 'the title is empty', status: 422 },
        { type: 'Problem', when: 'the title is taken', status: 422 },
        { type: 'Error', when: 'the disk is full' },
      ],
    },
    {
      name: 'replaceBook',
      kind: 'endpoint',
      module: 'src/books.ts',
      http: { method: 'PUT', path: '/books/:id', status: 200 },
      description: 'Replaces one.',
      parameters: [
        { name: 'body', type: 'Book' },
        { name: 'dry', type: 'boolean', required: false, description: 'in the query' },
      ],
      returns: { type: 'Book | null' },
      examples: [{ title: 'a new title', input: { params: { id: '1' }, body: { title: 'B' } }, output: { title: 'B' } }],
    },
    {
      name: 'replaceBook',
      kind: 'endpoint',
      module: 'src/books.ts',
      http: { method: 'DELETE', path: '/books/{id}', status: 204 },
      description: '',
      parameters: [{ name: 'id', type: 'integer', description: 'which one' }],
      returns: { type: 'void' },
    },
  ],
  data_models: [
    { name: 'Book', description: 'A book', fields: [{ name: 'title', type: 'string' }, { name: 'next', type: 'Book | null', required: false }] },
    { name: 'BookQuery', fields: [{ name: 'tag', type: "'new' | 'old'", required: false }] },
    { name: 'Problem', fields: [{ name: 'detail', type: 'string' }] },
  ],
  test_skeletons: [
    { name: 'creates a book', interface: 'createBook', given: 'no books', when: 'one is posted', expect: 'it is listed' },
    { name: 'refuses an empty title', interface: 'createBook', given: 'no books', when: 'an empty title is posted', expect: '422' },
  ],
  docs: 'Books have titles.',
}); // prettier-ignore

/** Texts that try to end the string, comment or code span that they stand in. */
export const hostileTexts = [
  `"); process.exit(7); ("`,
  `'); process.exit(7); ('`,
  '`${process.exit(7)}`',
  '*/ process.exit(7); /*',
  'a\nprocess.exit(7)\n',
  'a\rimport os; os._exit(7)\r',
  'a\u2028process.exit(7)\u2029',
  '"""\nimport os\nos._exit(7)\n"""',
  '\\',
  '\\"',
  '\\u000aprocess.exit(7)',
  '\u0000\u0007\u001b[2J',
  '\ud800 lone',
  '</script><!--',
  '```\n# heading',
  '__proto__',
  '#{x} %s {0}',
  '|a|b| [x](javascript:alert(1)) ![y](z)',
];

/** The same contract with a hostile text wherever a text may stand. */
export function hostileContract(text: string, language: Contract['language']): Contract {
  const field = { name: text, type: text, required: true, description: text };
  return Contract.parse({
    task_id: text.slice(0, 100),
    version: 1,
    title: text,
    language,
    interfaces: [
      {
        name: text, kind: 'endpoint', module: 'src/a.ts', of: text, http: { method: 'POST', path: `/${text}/{${text}}`, status: 42 }, description: text,
        parameters: [field, { ...field, name: 'body' }], returns: { type: text, description: text },
        exceptions: [{ type: text, when: text, status: 999 }], examples: [{ title: text, input: { body: text, [text]: text }, output: text }],
      },
    ],
    data_models: [{ name: text, description: text, fields: [field] }, { name: `${text}.`, fields: [field] }],
    test_skeletons: [{ name: text, interface: text, given: text, when: text, expect: text }, { name: text, interface: '', given: '', when: '', expect: '' }],
  }); // prettier-ignore
}
