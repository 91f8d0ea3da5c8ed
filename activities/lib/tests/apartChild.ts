type Order = { module: string; name: string; input: unknown };

// Listening for ever keeps it alive until the parent, which has the answer then, ends it: an end that comes before the answer counts as a break.
process.on('message', (order: Order) => {
  void answer(order);
});

async function answer({ module, name, input }: Order): Promise<void> {
  const loaded = (await import(module)) as Record<string, (input: unknown) => unknown>;
  process.send?.({ output: loaded[name]?.(input) });
}
