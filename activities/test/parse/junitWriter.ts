import { XMLBuilder } from 'fast-xml-parser';
import type { TestCase } from '../../lib/testReports/report.ts';

/** The cases as JUnit XML, for those who read results elsewhere. */
export function toJunit(cases: readonly TestCase[]): string {
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, suppressEmptyNode: true });
  const count = (status: TestCase['status']) => String(cases.filter((test) => test.status === status).length);
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      testsuite: {
        '@name': 'mainstay',
        '@tests': String(cases.length),
        '@failures': count('failed'),
        '@skipped': count('skipped'),
        testcase: cases.map(toElement),
      },
    },
  });
}

function toElement({ name, status, message, seconds }: TestCase): Record<string, unknown> {
  const parts = name.split(' > ');
  return {
    '@classname': clean(parts.slice(0, -1).join(' > ')),
    '@name': clean(parts.at(-1) ?? name),
    ...(seconds === undefined ? {} : { '@time': seconds.toFixed(3) }),
    ...(status === 'failed' ? { failure: { '@message': clean(message ?? 'failed').slice(0, 2000) } } : {}),
    ...(status === 'skipped' ? { skipped: '' } : {}),
  };
}

/** XML has no place for most control characters. */
function clean(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uFFFD]/g, '');
}
