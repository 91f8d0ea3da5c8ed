import { markdownText } from '../escape.ts';

// GitHub takes 65,536 characters.
const longestText = 60_000;
const shortestSecret = 12;
const secretNames = /TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE_KEY|API_KEY|CREDENTIAL/i;
const cutOff = '\n\n(more does not fit)';

/** A text as it may leave: short enough, without a line that reads like a command to us, and without a secret of this process's environment. */
export function outgoing(text: string, longest = longestText): string {
  const told = withoutSecrets(text).replace(/^([ \t>]*)\/(?=mainstay\b)/gim, '$1\u200b/');
  return told.length > longest ? `${told.slice(0, longest - cutOff.length)}${cutOff}` : told;
}

function withoutSecrets(text: string): string {
  return secretsOf(process.env).reduce((told, secret) => told.replaceAll(secret, '(secret withheld)'), text);
}

/** Values of variables that are named like secrets, as they are and as they look once escaped; of keys with several lines each line. */
function secretsOf(environment: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(environment).flatMap(([name, value]) => (value !== undefined && secretNames.test(name) ? [value] : []));
  const lines = values.flatMap((value) => value.split(/\\n|\s*\n/)).filter((line) => line.length >= shortestSecret);
  return lines.flatMap((line) => [line, markdownText(line, line.length)]);
}
