// oxlint-disable-next-line no-restricted-imports -- a script that writes files; no schema imports it
import { writeFile } from 'node:fs/promises';
import { jsonSchemas } from './json.ts';

for (const [file, text] of Object.entries(jsonSchemas())) await writeFile(new URL(`json/${file}`, import.meta.url), text);
