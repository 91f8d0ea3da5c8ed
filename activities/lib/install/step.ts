/** One command of the dependency install. It runs in a box with network and without secrets. */
export type InstallStep = {
  /** For people: `npm ci in web`. */
  name: string;
  /** Folder of the workspace; '' is the root. */
  directory: string;
  /** Shell line. */
  command: string;
  env: Record<string, string>;
  /** Files that Mainstay writes into the workspace first, path → text. */
  files: Record<string, string>;
  /** What decides the outcome besides the command: path → the part of its text that matters. */
  inputs: Record<string, string>;
  /** Folders and files of the workspace that hold the result; `node_modules` stands for every folder of that name. */
  keep: string[];
  /** What a person should know: no lock file, scripts left out. */
  notices: string[];
};

/** Folder of the workspace for package managers, module caches and constraints; part of the snapshot. */
export const depsFolder = '.mainstay-deps';

/** `folder/name`, where '' is the root. */
export function inside(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** ` in web`, or nothing for the root. */
export function place(directory: string): string {
  return directory === '' ? '' : ` in ${directory}`;
}
