import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';

export type Tokens = { inputTokens: number; outputTokens: number };

const count = z.number().int().nonnegative().optional().catch(undefined);
const Counts = z
  .object({
    promptTokenCount: count,
    toolUsePromptTokenCount: count,
    candidatesTokenCount: count,
    thoughtsTokenCount: count,
    prompt_tokens: count,
    completion_tokens: count,
    input_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    output_tokens: count,
  })
  .optional()
  .catch(undefined);
const Holder = z.object({ usage: Counts }).optional().catch(undefined);
/** Where the three providers say what an answer has cost. */
const Said = z.object({ usageMetadata: Counts, usage: Counts, message: Holder, response: Holder });

/** An answer that is no stream is kept to its end, up to this size; a longer one is passed on uncounted. */
const mostKept = 8 * 2 ** 20;

/** Reads an answer as it passes, whole or as server-sent events; `end` tells its tokens, zero when it does not say. */
export function countTokens(): { take(chunk: Buffer): void; end(): Tokens } {
  const decoder = new StringDecoder('utf8');
  const tokens: Tokens = { inputTokens: 0, outputTokens: 0 };
  const parts: string[] = [];
  let size = 0;
  let line = '';
  let whole: boolean | undefined;

  function take(chunk: Buffer): void {
    const text = decoder.write(chunk);
    whole ??= text.trim() === '' ? undefined : /^\s*[[{]/.test(text);
    if (whole) {
      size += text.length;
      if (size <= mostKept) parts.push(text);
      return;
    }
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    if (line.length > mostKept) line = '';
    for (const each of lines) takeLine(each);
  }

  function takeLine(text: string): void {
    if (text.startsWith('data:') && text.includes('sage')) note(text.slice('data:'.length));
  }

  function note(text: string): void {
    for (const said of parse(text)) {
      for (const counts of [said.usageMetadata, said.usage, said.message?.usage, said.response?.usage]) {
        if (!counts) continue;
        const input = counts.promptTokenCount ?? counts.prompt_tokens ?? counts.input_tokens ?? 0;
        const cached = (counts.cache_creation_input_tokens ?? 0) + (counts.cache_read_input_tokens ?? 0);
        const output = counts.candidatesTokenCount ?? counts.completion_tokens ?? counts.output_tokens ?? 0;
        // Streams repeat their counts and let them grow.
        tokens.inputTokens = Math.max(tokens.inputTokens, input + cached + (counts.toolUsePromptTokenCount ?? 0));
        tokens.outputTokens = Math.max(tokens.outputTokens, output + (counts.thoughtsTokenCount ?? 0));
      }
    }
  }

  function end(): Tokens {
    if (!whole) takeLine(line);
    else if (size <= mostKept) note(parts.join(''));
    return tokens;
  }

  return { take, end };
}

function parse(text: string): z.infer<typeof Said>[] {
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).flatMap((each) => {
      const said = Said.safeParse(each);
      return said.success ? [said.data] : [];
    });
  } catch {
    return [];
  }
}
