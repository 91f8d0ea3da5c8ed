import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSecurityScanner } from '../../../activities/security/scanner.ts';
import type { NodePackage, PythonPackage } from '../../../repository/project.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';
import { atSmallBench } from '../../support/smallBench.ts';

const packages: [NodePackage, PythonPackage] = [
  { language: 'node', directory: '', manager: 'npm', lockFile: 'package-lock.json', scripts: {}, dependencies: {}, private: true, members: [] },
  {
    language: 'python', directory: '', manager: 'pip', requirements: ['requirements.txt'], installable: false, buildRequires: [],
    dependencies: [], testExtras: [], testGroups: [], tools: [],
  },
]; // prettier-ignore
const files = { 'package-lock.json': '{"packages":{}}', 'requirements.txt': 'jinja2==2.0\n', 'src/a.py': 'x = 1\n' };

/** Runs one scanner whose program is stood in for by a script that prints a report as the real one does; `FOLDER` is what it looks at. */
async function scanWith(scanner: string, script: string) {
  const bin = await program(scanner, script);
  return atSmallBench(
    { files, project: { packages } },
    (runStage) => createSecurityScanner({ runStage, hostEnv: { PATH: `${bin}:/usr/bin:/bin`, SECRET: 'x' } }).scanSecurity,
    { stage: { with: { scanners: [scanner] } } },
  );
}

async function program(name: string, script: string): Promise<string> {
  const bin = await temporaryFolder();
  await writeFile(join(bin, name), `#!/bin/sh\n${script}`);
  await chmod(join(bin, name), 0o755);
  return bin;
}

function printing(report: unknown, exit: number): string {
  // The last argument of these programs is the folder, or names a file in it.
  return `for last; do :; done; cat <<END | sed "s|FOLDER|$last|"\n${JSON.stringify(report)}\nEND\nexit ${exit}`;
}

const reports = [
  {
    scanner: 'semgrep',
    exit: 0,
    report: {
      results: [
        {
          check_id: 'python.lang.exec-used',
          path: 'FOLDER/src/a.py',
          start: { line: 1 },
          extra: { message: 'exec', severity: 'ERROR', lines: 'x = 1' },
        },
      ],
    },
    summary: '1 new high finding: exec-used in src/a.py:1',
  },
  {
    scanner: 'pip-audit',
    exit: 1,
    report: {
      dependencies: [
        { name: 'jinja2', version: '2.0', vulns: [{ id: 'PYSEC-1', fix_versions: ['3.0'], aliases: ['CVE-1'] }] },
        { name: 'x', skip_reason: 'y' },
      ],
      fixes: [],
    },
    summary: '1 new high finding: jinja2 PYSEC-1 in requirements.txt',
  },
  {
    scanner: 'osv-scanner',
    exit: 1,
    report: {
      results: [
        {
          source: { path: 'FOLDER/package-lock.json', type: 'lockfile' },
          packages: [
            {
              package: { name: 'left-pad', version: '1.0.0', ecosystem: 'npm' },
              vulnerabilities: [{ id: 'GHSA-1', summary: 'bad' }],
              groups: [{ ids: ['GHSA-1', 'CVE-1'], max_severity: '9.8' }],
            },
          ],
        },
      ],
    },
    summary: '1 new critical finding: left-pad GHSA-1 in package-lock.json',
  },
  {
    scanner: 'trivy',
    exit: 0,
    report: {
      Results: [
        {
          Target: 'package-lock.json',
          Vulnerabilities: [{ VulnerabilityID: 'CVE-1', PkgName: 'a', InstalledVersion: '1', Severity: 'HIGH', Title: 't' }],
        },
        { Target: 'Dockerfile', Misconfigurations: [{ ID: 'DS002', Title: 'root', Severity: 'LOW', CauseMetadata: { StartLine: 3 } }] },
      ],
    },
    summary: '1 new high finding: a CVE-1 in package-lock.json',
  },
  {
    scanner: 'snyk',
    exit: 1,
    report: {
      displayTargetFile: 'package-lock.json',
      vulnerabilities: [1, 2].map(() => ({ id: 'SNYK-1', title: 't', severity: 'critical', packageName: 'a', version: '1' })),
    },
    summary: '1 new critical finding: a SNYK-1 in package-lock.json',
  },
  {
    scanner: 'gitleaks',
    exit: 0,
    report: [{ RuleID: 'aws-access-token', Description: 'AWS', File: 'src/a.py', StartLine: 1, Secret: 'AK', Match: 'AK' }],
    summary: '1 new high finding: aws-access-token in src/a.py:1',
  },
];
test.each(reports)('a report of $scanner becomes findings', async ({ scanner, report, exit, summary }) => {
  const result = await scanWith(scanner, printing(report, exit));
  expect(result).toMatchObject({ passed: false, summary });
});

const python = { ...packages[1], requirements: [], dependencies: ['jinja2'] };
const audited = `case "$*" in *base.txt|*head.txt) ;; *) exit 9 ;; esac; for last; do :; done; grep -q '^Jinja2==2.0$' "$last" || exit 8; `;
const report = { dependencies: [{ name: 'jinja2', version: '2.0', vulns: [{ id: 'PYSEC-1' }] }] };
const installs = [
  { title: 'is new without a base', base: undefined, summary: /^1 new high finding: jinja2 PYSEC-1 in pyproject\.toml$/ },
  {
    title: 'is known where the base declares the same',
    base: { 'pyproject.toml': 'same' },
    summary: /^no new findings by pip-audit \(1 known\)$/,
  },
  { title: 'is new where the base declares others', base: { 'pyproject.toml': 'other' }, summary: /^1 new high finding/ },
];
test.each(installs)('a vulnerable package that only the install names $title', async ({ base, summary }) => {
  const hostEnv = { PATH: `${await program('pip-audit', audited + printing(report, 1))}:/usr/bin:/bin` };
  const result = await atSmallBench(
    {
      files: { 'pyproject.toml': 'same' },
      base,
      installed: { '.venv/lib/python3.11/site-packages/Jinja2-2.0.dist-info/METADATA': '' },
      project: { packages: [python] },
    },
    (runStage) => createSecurityScanner({ runStage, hostEnv }).scanSecurity,
    { stage: { with: { scanners: ['pip-audit'] } } },
  );
  expect(result.summary).toMatch(summary);
});

const broken = [
  {
    title: 'prints no report',
    script: 'echo hello',
    says: /^no scanner could work: trivy: unavailable \(its report cannot be read: .+\), not clean$/,
  },
  { title: 'ends with an error', script: 'echo no database >&2; exit 3', says: /unavailable \(it ended with exit 3: no database\)/ },
  { title: 'sees no variable of the worker but what it needs', script: 'echo "secret=$SECRET" >&2; exit 3', says: /exit 3: secret=\)/ },
];
test.each(broken)('a tool that $title is unavailable, never clean', async ({ script, says }) => {
  const result = await scanWith('trivy', script);
  expect(result.passed).toBe(false);
  expect(result.summary).toMatch(says);
});
