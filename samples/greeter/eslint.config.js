const node = Object.fromEntries(['console', 'process', 'URL', 'fetch'].map((name) => [name, 'readonly']));

export default [
  { ignores: ['coverage/', 'node_modules/'] },
  {
    languageOptions: { globals: node },
    rules: {
      eqeqeq: 'error',
      'no-undef': 'error',
      'no-unreachable': 'error',
      'no-unused-vars': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
];
