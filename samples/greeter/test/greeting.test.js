import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet, languages, longestName } from '../src/greeting.js';

test('greets the world when nobody is named', () => {
  assert.equal(greet(), 'Hello, world!');
});

test('greets by name, without the spaces around it', () => {
  assert.equal(greet('  Ada '), 'Hello, Ada!');
});

test('greets in each language that it offers', () => {
  const greeted = languages.map((language) => greet('Ada', language));
  assert.equal(new Set(greeted).size, languages.length);
});

test('refuses an empty name and one that is too long', () => {
  assert.throws(() => greet('   '), RangeError);
  assert.throws(() => greet('x'.repeat(longestName + 1)), RangeError);
});

test('refuses a language that it does not speak, and names those it does', () => {
  assert.throws(() => greet('Ada', 'tlh'), /en, de, fr, es/);
});
