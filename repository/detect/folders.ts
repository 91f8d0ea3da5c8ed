/** Installed or vendored content: never looked into. */
const never = /(?:^|\/)(?:node_modules|\.venv|venv|site-packages|\.git|\.yarn|\.tox|__pycache__)\//;
/** Content for show or as test data: looked into only when there is nothing else. */
const forShow =
  /(?:^|\/)(?:vendor|third_party|fixtures?|__fixtures__|testdata|test-data|examples?|samples?|demos?|templates?|playgrounds?|fuzz|bench(?:es|marks?)?|\.devcontainer)\//i;

/** The paths that say what a repository is about. */
export function relevantPaths(paths: readonly string[], isManifest: (path: string) => boolean): string[] {
  const possible = paths.filter((path) => !never.test(path));
  const main = possible.filter((path) => !forShow.test(path));
  return main.some(isManifest) ? main : possible;
}

/** The paths by folder, so that looking at one folder does not mean looking at all. */
export type Listing = { paths: readonly string[]; present: ReadonlySet<string>; names(folder: string): readonly string[] };

export function listingOf(paths: readonly string[]): Listing {
  const folders = Map.groupBy(paths, folderOf);
  return { paths, present: new Set(paths), names: (folder) => (folders.get(folder) ?? []).map(fileOf) };
}

/** The folders (at most 500) of the packages that a language's manifests stand for. */
export function packageFolders(listing: Listing, isManifest: (path: string) => boolean, ownerOf = folderOf): string[] {
  return [...new Set(listing.paths.filter(isManifest).map(ownerOf))].slice(0, mostPackages);
}

const mostPackages = 500;

/** Folder of a path; '' is the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

export function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The folder and those above it, nearest first, the root ('') last. */
export function upwards(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/');
  return [...parts.map((_part, i) => parts.slice(0, parts.length - i).join('/')), ''];
}
