import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loginOf, registryOf } from '../../../activities/build/image/credentials.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';

const auth = Buffer.from('ada:pa:ss').toString('base64');
const logins = [
  {
    title: 'a stored login',
    config: { auths: { 'r.example': { auth } } },
    login: { username: 'ada', password: 'pa:ss', serveraddress: 'r.example' },
  },
  { title: 'a login for another registry', config: { auths: { 'other.example': { auth } } }, login: undefined },
  { title: 'a helper that is not there', config: { credHelpers: { 'r.example': 'nowhere' } }, login: undefined },
  { title: 'a file of another shape', config: [1], login: undefined },
];
test.each(logins)('$title is read from the configuration', async ({ config, login }) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  expect(await loginOf('r.example', folder)).toEqual(login);
});

test('without a configuration there is no login', async () => {
  expect(await loginOf('r.example', await temporaryFolder())).toBeUndefined();
});

const registries = [
  { repository: 'localhost:5000/acme/shop', registry: 'localhost:5000' },
  { repository: 'r.example/shop', registry: 'r.example' },
  { repository: 'acme/shop', registry: 'https://index.docker.io/v1/' },
  { repository: 'shop', registry: 'https://index.docker.io/v1/' },
];
test.each(registries)('$repository is kept by $registry', ({ repository, registry }) => {
  expect(registryOf(repository)).toBe(registry);
});
