/** Longest name and longest path, in bytes, that every file system of the supported platforms takes below a folder of ours. */
const longestName = 255;
const longestPath = 3000;

// Code points that HFS+ leaves out when it compares names: https://developer.apple.com/library/archive/technotes/tn/tn1150.html
// oxlint-disable-next-line no-misleading-character-class -- joiners are what is looked for
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Why a path of a commit must not be written to a disk, as the end of a sentence; undefined when it may. */
export function pathFault(path: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'has control characters in its name';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is an absolute path';
  if (path.includes('\\')) return 'has a backslash in its name, which some systems read as a folder';
  if (Buffer.byteLength(path) > longestPath) return `is longer than ${longestPath} bytes`;
  for (const name of path.split('/')) {
    if (name === '' || name === '.') return 'has an empty part in its path';
    if (name === '..') return 'leaves the repository';
    if (Buffer.byteLength(name) > longestName) return `has a name longer than ${longestName} bytes`;
    if (isDotGit(name)) return "is inside what git takes for its own folder ('.git' in another spelling)";
  }
  return undefined;
}

/** True for `.git` in any letter case, and for what NTFS and HFS+ take for the same name. */
function isDotGit(name: string): boolean {
  const plain = name.normalize('NFKC').replace(ignoredByHfs, '').toLowerCase();
  // NTFS drops trailing dots and spaces, and reads what follows a colon as a stream of the file.
  const ntfs = plain.split(':')[0]?.replace(/[. ]+$/, '');
  return ntfs === '.git' || ntfs === 'git~1';
}
