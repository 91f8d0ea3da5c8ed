import type { Provider } from './routes.ts';

type Json = Record<string, unknown>;

// Tools that the program carries out itself, in the box. All others are carried out by the provider, most of them on the internet.
const ownTools: Record<Provider, (tool: Json) => Json | undefined> = {
  google: ({ functionDeclarations, function_declarations: other }) => {
    const declared = functionDeclarations ?? other;
    return declared === undefined ? undefined : { functionDeclarations: declared };
  },
  anthropic: (tool) =>
    tool.type === undefined || isType(tool, /^(?:custom$|(?:bash|text_editor|memory|tool_search)_)/) ? tool : undefined,
  openai: (tool) => (isType(tool, /^(?:function|custom|local_shell|apply_patch|namespace)$/) ? tool : undefined),
};
/** Fields by which a provider is told to use the internet, a container, a server of somebody's, or a stored prompt with tools of its own. */
const outside = ['mcp_servers', 'container', 'web_search_options', 'prompt'];
// What a tool was given and answered is data, whatever its fields are called.
const data = new Set([
  'args',
  'arguments',
  'input_schema',
  'parameters',
  'parametersJsonSchema',
  'response',
  'functionDeclarations',
  'function_declarations',
]);
const addresses = new Set(['image_url', 'file_url', 'fileUri', 'file_uri', 'url']);

/**
 * The body of a request without what would have the provider itself reach out (web search, fetching of pages, remote tool servers): it would
 * carry what is in the box anywhere. Undefined when it is no JSON object, or hands the provider an address to fetch.
 */
export function sealBody(provider: Provider, body: Buffer): Json | undefined {
  const parsed = parse(body);
  if (parsed === undefined || fetchesAddress(parsed)) return undefined;
  const sealed: Json = Object.fromEntries(Object.entries(parsed).filter(([name]) => !outside.includes(name)));
  if (Array.isArray(parsed.tools)) {
    const tools = parsed.tools.filter(isJson).flatMap((tool) => ownTools[provider](tool) ?? []);
    if (tools.length > 0) sealed.tools = tools;
    else delete sealed.tools;
  } else if (provider === 'google' && isJson(parsed.tools)) delete sealed.tools;
  return sealed;
}

/** True when a part of the conversation (an image, a file) is given by an address instead of its content. */
function fetchesAddress(from: Json): boolean {
  const waiting: unknown[] = [from];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (Array.isArray(value)) waiting.push(...value.filter((each) => typeof each === 'object' && each !== null));
    if (!isJson(value)) continue;
    // `input` is the conversation for OpenAI, and what a tool was given for Anthropic.
    const isCall = value.type === 'tool_use' || value.type === 'server_tool_use';
    for (const [name, field] of Object.entries(value)) {
      if (data.has(name) || (isCall && name === 'input')) continue;
      if (typeof field === 'string' && addresses.has(name) && !field.startsWith('data:')) return true;
      if (typeof field === 'object' && field !== null) waiting.push(field);
    }
  }
  return false;
}

function parse(body: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isType({ type }: Json, types: RegExp): boolean {
  return typeof type === 'string' && types.test(type);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
