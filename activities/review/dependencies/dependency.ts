export type Ecosystem = 'npm' | 'python' | 'rust' | 'go';

/** One entry of a manifest. `spec` is the version or address as written. */
export type Dependency = {
  ecosystem: Ecosystem;
  name: string;
  spec: string;
  /** Only for working on the project: not part of what is shipped. */
  development: boolean;
};
