import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Asked } from './openModelServer.ts';
import { done, edit, type Feature, read, run, type StepSaid } from './scriptedModel.ts';

const corsFolder = fileURLToPath(new URL('../fixtures/cors', import.meta.url));

/** The files of expressjs/cors (MIT), to build a feature on. */
export async function corsFiles(): Promise<Record<string, string>> {
  const entries = await readdir(corsFolder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path.slice(corsFolder.length + 1), await readFile(path, 'utf8')])),
  );
}

/** A small repository with node:test and nothing to install. */
export const calcFiles: Record<string, string> = {
  'package.json': `${JSON.stringify({ name: 'calc', version: '1.0.0', type: 'module', scripts: { test: 'node --test' } }, undefined, 2)}\n`,
  'README.md': '# calc\n\nSums and more.\n',
  'src/double.js': 'export function double(n) {\n  return 2 * n;\n}\n',
  'test/double.test.js': testOf('double', ['double(2)', '4']),
};

/** A test file with one assertion per pair of call and expected value. */
export function testOf(name: string, ...cases: [call: string, expected: string][]): string {
  const lines = cases.map(([call, expected]) => `test(${JSON.stringify(call)}, async () => assert.deepEqual(await ${call}, ${expected}));`);
  return [
    `import assert from 'node:assert/strict';`,
    `import { test } from 'node:test';`,
    `import { ${name} } from '../src/${name}.js';`,
    '',
    ...lines,
    '',
  ].join('\n');
}

type Case = [call: string, expected: string];
const all = (cases: Case | Case[]): Case[] => (typeof cases[0] === 'string' ? [cases as Case] : (cases as Case[]));

type Calc = {
  name: string;
  parameters?: string[];
  open: Case | Case[];
  hidden: Case | Case[];
  code: Feature['code'];
  debug?: Feature['debug'];
  before?: Feature['before'];
  again?: Pick<Calc, 'parameters' | 'open' | 'hidden'>;
};

/** A function `src/<name>.js` of the small repository; `again` is what architect and tester say when they are asked a second time. */
export function calcFeature({ name, parameters = ['n'], open, hidden, code, debug, before, again }: Calc): Feature {
  const module = `src/${name}.js`;
  const isSecond = (asked: Asked) => again !== undefined && /the contract says/.test(asked.text);
  return {
    name,
    title: `Function ${name}`,
    artifacts: [module],
    contract: (asked) => ({ name, module, parameters: (isSecond(asked) ? again?.parameters : undefined) ?? parameters }),
    tests(asked) {
      const cases = isSecond(asked) && again ? again : { open, hidden };
      const suffix = isSecond(asked) ? '2' : '';
      return {
        open: { path: `test/${name}${suffix}.test.js`, text: testOf(name, ...all(cases.open)) },
        hidden: { path: `test/${name}${suffix}.hidden.test.js`, text: testOf(name, ...all(cases.hidden)) },
        commands: [`node --test test/${name}${suffix}*.test.js`],
      };
    },
    code,
    ...(debug ? { debug } : {}),
    ...(before ? { before } : {}),
  };
}

export const source = (name: string, body: string, parameters = 'n', head = ''): StepSaid =>
  edit(`src/${name}.js`, `${head}export function ${name}(${parameters}) {\n  ${body}\n}\n`);

const preflight = '      headers.push(configureMaxAge(options))\n';
const wrongBody = "return options.privateNetwork ? { key: 'Access-Control-Allow-Private-Network', value: 'true' } : null;";
const rightBody =
  "var asked = req.headers['access-control-request-private-network'] === 'true';\n    return options.privateNetwork && asked ? { key: 'Access-Control-Allow-Private-Network', value: 'true' } : null;";
const helper = (body: string) => `  function configurePrivateNetwork(options, req) {\n    ${body}\n  }\n\n`;

/** A real option for cors: answers private network preflights. The first code forgets that the browser must have asked. */
export const privateNetwork: Feature = {
  name: 'cors',
  title: 'Option privateNetwork answers private network preflights',
  artifacts: ['lib/index.js'],
  contract: () => ({ name: 'cors', module: 'lib/index.js', parameters: ['o'] }),
  tests: () => ({
    open: { path: 'test/private-network.js', text: corsTest(['sets the header when the browser asks', 'true', true]) },
    hidden: {
      path: 'test/private-network-hidden.js',
      text: corsTest(['does not set it when nobody asks', undefined, false], ['does not set it for another value', 'false', false]),
    },
    commands: ['npx mocha --require test/support/env test/private-network*.js'],
  }),
  code: [
    read('lib/index.js'),
    edit('lib/index.js', `${helper(wrongBody)}  function applyHeaders(headers, res) {\n`, '  function applyHeaders(headers, res) {\n'),
    edit('lib/index.js', `${preflight}      headers.push(configurePrivateNetwork(options, req));\n`, preflight),
    run('npx mocha --require test/support/env test/private-network.js'),
    done('added the option'),
  ],
  debug: [
    read('lib/index.js'),
    edit('lib/index.js', rightBody, wrongBody),
    run('npx mocha --require test/support/env'),
    done('the header is only set when the browser asks for it'),
  ],
};

function corsTest(...cases: [title: string, asked: string | undefined, sets: boolean][]): string {
  const lines = cases.flatMap(([title, asked, sets]) => [
    `  it('${title}', function (done) {`,
    `    request(app()).options('/').set('Origin', 'http://example.com')${asked === undefined ? '' : `.set('Access-Control-Request-Private-Network', '${asked}')`}`,
    '      .expect(204)',
    '      .expect(function (res) {',
    `        assert.strictEqual(res.headers['access-control-allow-private-network'], ${sets ? "'true'" : 'undefined'});`,
    '      })',
    '      .end(done);',
    '  });',
  ]);
  return [
    "'use strict'",
    '',
    "var assert = require('assert')",
    "var express = require('express')",
    "var request = require('supertest')",
    "var cors = require('..')",
    '',
    'function app() {',
    '  var app = express();',
    '  app.use(cors({ privateNetwork: true }));',
    '  return app;',
    '}',
    '',
    "describe('privateNetwork', function () {",
    ...lines,
    '});',
    '',
  ].join('\n');
}
