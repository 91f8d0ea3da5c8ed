import type { Coverage } from './coverage.ts';
import { UnreadableReport } from '../../lib/testReports/report.ts';
import { attribute, children, parseXml, type XmlElement } from '../../lib/testReports/xml.ts';

/** Line coverage of a Cobertura report, as coverage.py, istanbul, gocover-cobertura and others write it. */
export function parseCobertura(text: string): Coverage {
  const root = children(parseXml(text), 'coverage')[0];
  if (root === undefined) throw new UnreadableReport('has no <coverage>: it is no Cobertura report');
  const total = Number(attribute(root, 'lines-valid'));
  const covered = Number(attribute(root, 'lines-covered'));
  if (total > 0 && Number.isFinite(covered)) return { covered, total };
  const counted = linesBelow(root);
  if (counted.total > 0) return counted;
  const rate = Number(attribute(root, 'line-rate') ?? Number.NaN);
  if (!Number.isFinite(rate)) throw new UnreadableReport('gives no line coverage');
  return { covered: rate * 100, total: 100 };
}

function linesBelow(root: XmlElement): Coverage {
  const lines = children(root, 'packages')
    .flatMap((packages) => children(packages, 'package'))
    .flatMap((pkg) => children(pkg, 'classes'))
    .flatMap((classes) => children(classes, 'class'))
    .flatMap((one) => children(one, 'lines'))
    .flatMap((list) => children(list, 'line'));
  return { covered: lines.filter((line) => Number(attribute(line, 'hits')) > 0).length, total: lines.length };
}
