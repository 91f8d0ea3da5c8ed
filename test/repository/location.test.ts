import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRepository, withoutCredentials } from '../../repository/location.ts';
import { failureType } from '../../schemas/failures.ts';

describe('parseRepository', () => {
  it.each([
    ['/srv/shop', 'path', '/srv/shop'],
    ['/srv/shop/', 'path', '/srv/shop'],
    ['/srv/shop/.git', 'path', '/srv/shop'],
    ['./-odd', 'path', resolve('-odd')],
    ['  /srv/a b ', 'path', '/srv/a b'],
    ['file:///srv/shop', 'file', 'file:///srv/shop'],
    ['file:///srv/a%20b/', 'file', 'file:///srv/a%20b'],
    ['https://github.com/acme/shop', 'https', 'https://github.com/acme/shop'],
    ['https://GitHub.com/acme/shop.git/', 'https', 'https://github.com/acme/shop.git'],
    ['http://127.0.0.1:8080/acme/shop', 'https', 'http://127.0.0.1:8080/acme/shop'],
  ])('takes %j as a %s named %s', (text, kind, repository) => {
    expect(parseRepository(text)).toMatchObject({ kind, repository });
  });

  it('gives one slug to all spellings of one address', () => {
    const spellings = ['https://github.com/acme/shop', 'https://github.com/acme/shop/', 'https://GITHUB.com/acme/shop.git'];
    expect(new Set(spellings.map((text) => parseRepository(text).slug))).toEqual(new Set(['acme/shop']));
  });

  it.each([
    ['', 'is empty'],
    ['--upload-pack=touch /tmp/x', 'looks like an option'],
    ['-oProxyCommand=id', 'looks like an option'],
    ['ext::sh -c id', 'remote helpers (ext::)'],
    ['EXT::sh -c id', 'remote helpers (EXT::)'],
    ['fd::17', 'remote helpers (fd::)'],
    ['ssh://git@github.com/acme/shop.git', 'give https://github.com/acme/shop.git'],
    ['git@github.com:acme/shop.git', 'give https://github.com/acme/shop.git'],
    ['git://github.com/acme/shop', 'git:// is not used'],
    ['http://github.com/acme/shop', 'http:// is not used'],
    ['http://127.0.0.1.evil.example/acme/shop', 'http:// is not used'],
    ['gopher://github.com/acme', 'gopher:// is not used'],
    ['file://elsewhere/srv/shop', 'absolute path of this machine'],
    ['https://github.com/', 'no repository'],
    ['https://github.com/acme/shop?x=1', 'no ? or #'],
    ['https://', 'not a URL'],
    ['/srv/shop\u0000', 'control characters'],
    ['/srv/shop\n--upload-pack=x', 'control characters'],
  ])('refuses %j and says why', (text, reason) => {
    const error = thrownBy(() => parseRepository(text));
    expect(failureType(error)).toBe('InvalidInput');
    expect(String(error)).toContain(reason);
  });

  it.each([
    'https://ada:s3cret@github.com/acme/shop',
    'https://s3cret@github.com/acme/shop',
    'ssh://ada:s3cret@host/x',
    'https://a:s3cret@[bad/x',
  ])('never shows the credentials of %j', (text) => {
    const error = thrownBy(() => parseRepository(text));
    expect(failureType(error)).toBe('InvalidInput');
    expect(String(error)).not.toContain('s3cret');
  });
});

describe('withoutCredentials', () => {
  it('takes user and password out of each URL in a text', () => {
    expect(withoutCredentials('from https://a:b@h/x to https://t@h/y')).toBe('from https://h/x to https://h/y');
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
