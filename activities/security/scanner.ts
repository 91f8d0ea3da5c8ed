import ms, { type StringValue } from 'ms';
import { failure } from '../../schemas/failures.ts';
import { SecuritySettings } from '../../schemas/settings.ts';
import type { StageTask } from '../../schemas/stage.ts';
import type { SecurityScanner } from '../contracts.ts';
import type { StageRunner, Verdict, Workbench } from '../lib/workbench.ts';
import type { HostEnv } from './hostTool.ts';
import { judge } from './judge.ts';
import { scanBench } from './scanBench.ts';
import { scannersFor } from './scanners/list.ts';

export type SecurityScannerDeps = {
  runStage: StageRunner;
  /** The worker's environment: where its tools are and how they reach the network. */
  hostEnv: HostEnv;
  /** Registry whose advisories are asked; default: the one that npm on this machine is set to. */
  npmRegistry?: string;
};

/** Looks for secrets, weak code and vulnerable dependencies; what is new against the base and severe enough blocks. */
export function createSecurityScanner({ runStage, hostEnv, npmRegistry }: SecurityScannerDeps) {
  function scanSecurity(task: StageTask) {
    // Advisories appear without any change of the code, so a result is good for its day.
    const version = `security-scanner@1 ${new Date().toISOString().slice(0, 10)}`;
    return runStage(task, { version }, (bench) => scan(bench, { hostEnv, npmRegistry }));
  }
  return { scanSecurity } satisfies SecurityScanner;
}

async function scan(bench: Workbench, { hostEnv, npmRegistry }: Omit<SecurityScannerDeps, 'runStage'>): Promise<Verdict> {
  const { stage, rules } = bench.task;
  const settings = settingsOf(bench.task);
  const scanners = scannersFor({
    env: bench.task.source.fork ? withoutSecrets(hostEnv) : hostEnv,
    timeoutMs: ms(stage.timeout as StringValue),
    npmRegistry,
  });
  const scanned = await scanBench({ bench, settings, scanners });
  if ('failed' in scanned) return { passed: false, summary: scanned.failed };
  return judge(bench, scanned, { block: settings.block ?? rules.security.block, waivers: rules.security.waivers });
}

function settingsOf({ stage }: StageTask): SecuritySettings {
  const parsed = SecuritySettings.safeParse(stage.with);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw failure('InvalidConfiguration', `stage ${stage.id}: with.${issue?.path.join('.')}: ${issue?.message}`);
}

// A fork's code decides what some scanners load and where they send it.
function withoutSecrets(env: HostEnv): HostEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/token|key|secret|password|credential|auth/i.test(name)));
}
