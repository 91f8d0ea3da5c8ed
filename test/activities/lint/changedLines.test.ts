import { describe, expect, it } from 'vitest';
import { changedLines, isChanged } from '../../../activities/lint/changedLines.ts';

const diff = `diff --git a/a.js b/a.js
index 1..2 100644
--- a/a.js
+++ b/a.js
@@ -1 +1 @@
-old
+new
@@ -10,2 +10,3 @@ function x() {
--- a/looks/like/a/header
-x
++++ b/looks/like/a/header
+two
+three
@@ -20,2 +21,0 @@
-gone
-gone
diff --git "a/sp\\303\\244t \\"x\\".js" "b/sp\\303\\244t \\"x\\".js"
--- "a/sp\\303\\244t \\"x\\".js"
+++ "b/sp\\303\\244t \\"x\\".js"
@@ -0,0 +5 @@
+late
diff --git a/dead.js b/dead.js
deleted file mode 100644
--- a/dead.js
+++ /dev/null
@@ -1 +0,0 @@
-bye
`;

describe('changed lines', () => {
  const changed = changedLines(diff);

  it.each([
    ['a.js', 1, true],
    ['a.js', 2, false],
    ['a.js', 10, true],
    ['a.js', 12, true],
    ['a.js', 13, false],
    ['a.js', 21, true],
    ['a.js', undefined, true],
    ['looks/like/a/header', undefined, false],
    ['spät "x".js', 5, true],
    ['dead.js', undefined, false],
    ['other.js', 1, false],
  ] as const)('%s, line %s: %s', (path, line, expected) => {
    expect(isChanged(changed, path, line)).toBe(expected);
  });
});
