type Order = { module: string; name: string; input: unknown };

process.once('message', (order: Order) => {
  void answer(order);
});

async function answer({ module, name, input }: Order): Promise<void> {
  const loaded = (await import(module)) as Record<string, (input: unknown) => unknown>;
  process.send?.({ output: loaded[name]?.(input) });
}
