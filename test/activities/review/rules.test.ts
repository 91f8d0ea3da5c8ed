import { describe, expect, it } from 'vitest';
import { type ReviewedChange, reviewOf, saidBy } from '../../support/reviews.ts';

// Put together here, so that no scanner of this repository takes it for one.
const secret = ['AKIA', 'Z7QH3LK2MNPRS6TV'].join('');
const lines = (count: number, word = 'x') => Array.from({ length: count }, (_, i) => `${word}${i} = ${i}\n`).join('');

type Case = ReviewedChange & { title: string; says: string[] };

const cases: Record<string, Case[]> = {
  size: [
    { title: 'a large change', head: { 'a.txt': lines(801) }, says: ['warn'] },
    { title: 'many files', head: Object.fromEntries(Array.from({ length: 61 }, (_, i) => [`f${i}.txt`, 'x\n'])), says: ['warn'] },
    { title: 'not a small one', head: { 'a.txt': lines(800) }, says: [] },
    { title: 'not a large lock file or bundle', head: { 'package-lock.json': lines(5000), 'dist/a.js': lines(900), 'a.min.js': lines(900) }, says: [] },
    { title: 'not a large deletion', base: { 'a.txt': lines(5000) }, head: { 'a.txt': null }, says: [] },
    { title: 'not a large file that moved', base: { 'a.txt': lines(5000) }, head: { 'a.txt': null, 'b/c.txt': lines(5000) }, says: [] },
    { title: 'with limits of its own', head: { 'a.txt': lines(11) }, rules: { size: { lines: 10, weight: 'block' } }, says: ['block'] },
    { title: 'off', head: { 'a.txt': lines(1801) }, rules: { size: { weight: 'off' } }, says: [] },
    { title: 'not what is ignored', head: { 'data/a.txt': lines(1801) }, rules: { ignore: 'data/**' }, says: [] },
  ],
  tests: [
    { title: 'TypeScript alone', head: { 'src/a.ts': 'export const a = 1;\n' }, says: ['warn src/a.ts'] },
    { title: 'Python alone', head: { 'shop/a.py': 'a = 1\n' }, says: ['warn shop/a.py'] },
    { title: 'Go alone', head: { 'a.go': 'package a\nvar a = 1\n' }, says: ['warn a.go'] },
    { title: 'Rust alone', head: { 'src/a.rs': 'fn a() {}\n' }, says: ['warn src/a.rs'] },
    { title: 'code of one language with tests of another', head: { 'a.go': 'package a\nvar a = 1\n', 'test/a.test.ts': 'x();\n' }, says: ['warn a.go'] },
    { title: 'with a deleted test', base: { 'a.js': '1;\n', 'a.test.js': 'x();\n' }, head: { 'a.js': '2;\n', 'a.test.js': null }, says: ['warn a.js'] },
    { title: 'not with a test beside it', head: { 'src/a.ts': 'a();\n', 'src/a.spec.ts': 'x();\n' }, says: [] },
    { title: 'not with a test in a folder', head: { 'src/a.js': 'a();\n', '__tests__/a.js': 'x();\n' }, says: [] },
    { title: 'not with Python tests', head: { 'shop/a.py': 'a = 1\n', 'tests/test_a.py': 'x()\n' }, says: [] },
    { title: 'not with Go tests', head: { 'a.go': 'package a\n', 'a_test.go': 'package a\n' }, says: [] },
    { title: 'not with Rust integration tests', head: { 'src/a.rs': 'fn a() {}\n', 'tests/a.rs': 'fn b() {}\n' }, says: [] },
    { title: 'not with Rust unit tests', head: { 'src/a.rs': 'fn a() {}\n#[cfg(test)]\nmod tests {\n#[test]\nfn b() {}\n}\n' }, says: [] },
    { title: 'not with changed expectations', base: { 'tests/out.txt': '1\n' }, head: { 'a.py': 'a = 1\n', 'tests/out.txt': '2\n' }, says: [] },
    { title: 'not a file that moved', base: { 'src/a.ts': lines(20) }, head: { 'src/a.ts': null, 'lib/a.ts': lines(20) }, says: [] },
    { title: 'not a deletion', base: { 'src/a.ts': 'a();\n' }, head: { 'src/a.ts': null }, says: [] },
    { title: 'not removed lines', base: { 'src/a.ts': 'a();\nb();\n' }, head: { 'src/a.ts': 'a();\n' }, says: [] },
    { title: 'not a comment', base: { 'a.ts': 'a();\n' }, head: { 'a.ts': '// why\na();\n' }, says: [] },
    { title: 'not imports, brackets and a version', base: { 'a.py': 'f(1)\n' }, head: { 'a.py': 'from b import (c)\n__version__ = "2"\nf(1)\n)\n', 'b.ts': "import { x } from './x.ts';\nexport { y } from './y.ts';\n});\n", 'c.go': 'package c\nimport (\n\t"fmt"\n)\n', 'd.rs': 'use a::b;\npub mod c;\n' }, says: [] },
    { title: 'not lines that move or are indented anew', base: { 'a.js': 'one(1);\ntwo(2);\n' }, head: { 'a.js': '  two( 2 );\n', 'b.js': '{\n  one(1);\n}\n' }, says: [] },
    { title: 'a line that moves and changes', base: { 'a.js': 'one(1);\n' }, head: { 'a.js': '', 'b.js': 'one(2);\n' }, says: ['warn b.js'] },
    { title: 'not docs and settings', head: { 'README.md': 'x\n', 'a.yml': 'x: 1\n', 'vite.config.ts': 'x();\n', '.eslintrc.js': 'x();\n', 'setup.py': 'x()\n', 'docs/conf.py': 'x()\n' }, says: [] },
    { title: 'not types, migrations and generated code', head: { 'a.d.ts': 'x\n', 'db/migrations/1.py': 'x()\n', 'a.pb.go': 'package a\n', 'vendor/a.go': 'package a\n' }, says: [] },
  ],
  secrets: [
    { title: 'an added key', base: { 'a.py': 'x = 1\n\n' }, head: { 'a.py': `x = 1\n\nkey = "${secret}"\n` }, says: ['block a.py:3'] },
    { title: 'one that a comment excuses', head: { 'a.ts': `// secretlint-disable\nx("${secret}");\n` }, says: ['block a.ts:2'] },
    { title: 'one in a file of another kind', head: { 'a.unknown': `a\n${secret}\n` }, says: ['block a.unknown:2'] },
    { title: 'a password in an address', head: { 'src/a.ts': "get('https://ada:fYtr7s2kq@example.com/');\n" }, says: ['block src/a.ts:1'] },
    { title: 'an invented one as a warning', head: { 'test/a.test.ts': "get('https://user:passw@example.com/');\n", 'README.md': 'https://user:passw@example.com/\n' }, says: ['warn README.md:1', 'warn test/a.test.ts:1'] },
    { title: 'not one that goes', base: { 'a.py': `k = "${secret}"\n` }, head: { 'a.py': 'k = load()\n' }, says: [] },
    { title: 'not one that was there and moved', base: { 'a.py': `${lines(20)}k = "${secret}"\n` }, head: { 'a.py': null, 'b.py': `${lines(20)}k = "${secret}"\n` }, says: [] },
    { title: 'not a hash or an identifier', head: { 'a.py': 'commit = "da39a3ee5e6b4b0d3255bfef95601890afd80709"\nid = "AKIA"\n' }, says: [] },
  ],
  leftovers: [
    { title: 'a debugger statement', head: { 'a.js': 'x();\n  debugger;\n' }, says: ['warn a.js:2'] },
    { title: 'a focused test', head: { 'a.test.ts': 'it.only("x", f);\ntest.concurrent.only("y", f);\n  fdescribe("z", f);\n' }, says: ['warn a.test.ts:1', 'warn a.test.ts:2', 'warn a.test.ts:3'] },
    { title: 'a breakpoint and debuggers', head: { 'a.py': 'breakpoint()\nimport pdb; pdb.set_trace()\nif x: breakpoint()\n' }, says: ['warn a.py:1', 'warn a.py:2', 'warn a.py:3'] },
    { title: 'a dbg! macro', head: { 'src/a.rs': 'let x = dbg!(y);\n' }, says: ['warn src/a.rs:1'] },
    { title: 'a focused spec', head: { 'a_test.go': 'FIt("x", f)\n' }, says: ['warn a_test.go:1'] },
    { title: 'console output of a library as a note', head: { 'src/a.ts': 'x();\nconsole.log(x);\n' }, says: ['note src/a.ts:2'] },
    { title: 'a merge conflict, which blocks', head: { 'a.go': 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\n' }, says: ['block a.go:2'] },
    { title: 'a merge conflict in a document as a warning', head: { 'a.md': '<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\n' }, says: ['warn a.md:1'] },
    { title: 'not headings and quotes', head: { 'a.rst': 'Title\n=======\n\n>>>>>>> quoted\n' }, says: [] },
    { title: 'not words that resemble', head: { 'a.js': 'const debuggerOn = x.debugger;\nlog("debugger;x");\nonly(x);\nmodel.fit(x);\n', 'a.py': 'breakpoint_hit()\n# breakpoint()\nx = "pdb"\n' }, says: [] },
    { title: 'not in a text', head: { 'a.test.ts': 'const example = ["it.only(x)"];\n' }, says: [] },
    { title: 'not .only outside tests', head: { 'a.ts': 'const t = knex.select().only(x);\nit.only(x);\n' }, says: [] },
    { title: 'not fmt.Println and print', head: { 'a.go': 'fmt.Println(x)\n', 'a.py': 'print(x)\n', 'b.rs': 'println!("{}", x);\n' }, says: [] },
    { title: 'not console output of programs and tests', head: { 'bin/a.js': 'console.log(1);\n', 'a.test.js': 'console.log(1);\n', 'scripts/b.js': 'console.log(1);\n', 'src/cli.ts': 'console.log(1);\n' }, says: [] },
    { title: 'not what was there', base: { 'a.js': 'debugger;\n' }, head: { 'a.js': 'debugger;\nx();\n' }, says: [] },
    { title: 'not in foreign code', head: { 'vendor/a.js': 'debugger;\n', 'a.min.js': 'debugger;\n' }, says: [] },
    { title: 'off', head: { 'a.go': '<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\n' }, rules: { leftovers: 'off' }, says: [] },
  ],
  risky: [
    { title: 'workflows, migrations, rules', head: { '.github/workflows/a.yml': 'x\n', 'db/migrations/1.sql': 'x\n', 'pipeline.yml': 'x\n' }, says: ['warn .github/workflows/a.yml', 'warn db/migrations/1.sql', 'warn pipeline.yml'] },
    { title: 'a deletion', base: { Dockerfile: 'x\n' }, head: { Dockerfile: null }, says: ['warn Dockerfile'] },
    { title: 'a file that moves out of sight', base: { '.github/workflows/a.yml': lines(9) }, head: { '.github/workflows/a.yml': null, 'old.yml': lines(9) }, says: ['warn old.yml'] },
    { title: 'paths of the project', head: { 'pay/a.py': '1\n', 'pay/b.md': '1\n' }, rules: { risky: { weight: 'block', paths: ['pay/**', '!**/*.md'] } }, says: ['block pay/a.py'] },
    { title: 'not other files', head: { 'docs/workflows/a.yml': 'x\n', 'sub/pipeline.yml': 'x\n' }, says: [] },
  ],
  commits: [
    { title: 'another form', head: { a: '1' }, message: 'Fixed it', rules: { commits: { weight: 'warn' } }, says: ['warn'] },
    { title: 'not Conventional Commits', head: { a: '1' }, message: 'feat(shop)!: a cart', rules: { commits: { weight: 'warn' } }, says: [] },
    { title: "a pattern of the project's own", head: { a: '1' }, message: 'feat: a cart', rules: { commits: { weight: 'block', pattern: '^[A-Z]+-\\d+ ' } }, says: ['block'] },
    { title: 'not by default', head: { a: '1' }, message: 'Fixed it', says: [] },
  ],
}; // prettier-ignore

describe.each(Object.entries(cases))('%s', (rule, table) => {
  it.each(table)('$title', async ({ says, ...change }) => {
    expect(saidBy(await reviewOf(change), rule)).toEqual(says);
  });
});
