type Node = { id: string; needs: readonly string[] };

/** A node's place in a tree: what stands before its own line, and before lines that belong to it. */
export type Row<N extends Node> = { lead: string; under: string; node: N };

/** Nodes as rows of a tree, each under the one node that it needs; one that needs several stands at the root. */
export function rowsOf<N extends Node>(nodes: readonly N[]): Row<N>[] {
  return below(nodes, undefined, '');
}

function below<N extends Node>(nodes: readonly N[], parent: string | undefined, indent: string): Row<N>[] {
  const children = nodes.filter((node) => parentOf(node, nodes) === parent);
  return children.flatMap((node, index) => {
    const last = index === children.length - 1;
    const inner = `${indent}${last ? '   ' : '│  '}`;
    return [{ lead: `${indent}${last ? '└─ ' : '├─ '}`, under: inner, node }, ...below(nodes, node.id, inner)];
  });
}

function parentOf(node: Node, nodes: readonly Node[]): string | undefined {
  const [only] = node.needs;
  return node.needs.length === 1 && only !== node.id && nodes.some(({ id }) => id === only) ? only : undefined;
}
