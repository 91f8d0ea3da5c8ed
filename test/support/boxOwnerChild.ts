import { writeSync } from 'node:fs';
import { makeBench } from './sandboxes.ts';

// A worker that is killed in the middle of a command. Its argument is the kind of isolation.
const bench = await makeBench();
const driver = bench.drivers.find((each) => each.kind === process.argv[2]);
if (driver) {
  const box = await bench.box(driver, { onOutput: () => writeSync(1, `${JSON.stringify({ home: bench.home })}\n`) });
  await box.run({ command: 'echo up; (setsid sleep 4711 &); sleep 4711', timeoutMs: 600_000 });
}
