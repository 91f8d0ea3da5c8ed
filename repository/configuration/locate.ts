import { isMap, isNode, isScalar, type Node } from 'yaml';
import { dotted, type Fault, type Place, type Problem } from './problem.ts';
import type { YamlFile } from './readYaml.ts';

/** Puts line and column to a fault; a place that is not written in the file is shown by what holds it. */
export function locate(file: YamlFile, fault: Fault): Problem {
  const { line, col } = file.lines.linePos(offsetOf(file, fault.at, fault.onKey === true));
  return {
    path: file.path,
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    key: dotted(fault.at),
    problem: fault.problem,
    fix: fault.fix,
  };
}

function offsetOf(file: YamlFile, at: Place, onKey: boolean): number {
  for (let length = at.length; length > 0; length--) {
    const place = at.slice(0, length);
    const key = keyNode(file, place);
    const value = file.document.getIn(place, true);
    const wanted = (onKey || length < at.length) && key !== undefined ? key : isNode(value) && value.range ? value : key;
    if (wanted?.range) return wanted.range[0];
  }
  return file.document.contents?.range?.[0] ?? 0;
}

function keyNode(file: YamlFile, place: Place): Node | undefined {
  const parent = place.length === 1 ? file.document.contents : file.document.getIn(place.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(place.at(-1)));
  return isScalar(pair?.key) ? pair.key : undefined;
}
