import type { ToolSettings } from '../jsonTool.ts';
import type { Scanner } from '../scan.ts';
import { bandit } from './bandit.ts';
import { gitleaks } from './gitleaks.ts';
import { npmAudit } from './npmAudit.ts';
import { osvScanner } from './osvScanner.ts';
import { pipAudit } from './pipAudit.ts';
import { secretlint } from './secretlint.ts';
import { semgrep } from './semgrep.ts';
import { snyk } from './snyk.ts';
import { trivy } from './trivy.ts';

/** Every scanner that there is; which of them fit a repository they say themselves. */
export function scannersFor(settings: ToolSettings & { npmRegistry?: string }): Scanner[] {
  return [
    secretlint(),
    gitleaks(settings),
    bandit(settings),
    semgrep(settings),
    npmAudit(settings),
    pipAudit(settings),
    osvScanner(settings),
    trivy(settings),
    snyk(settings),
  ];
}
