/** The files of one commit or folder, read-only. Paths are relative, with `/`, sorted. */
export type FileTree = {
  /** All tracked files; symbolic links and submodules are not in it. */
  list(): Promise<readonly string[]>;
  /** Text of a file, or undefined when it is not there, is binary, or is larger than `maxBytes` (default 1 MiB). */
  read(path: string, maxBytes?: number): Promise<string | undefined>;
};
