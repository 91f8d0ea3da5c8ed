/** Name and tag of an image, apart. `tag` is missing when the reference has none. */
export type ImageName = { repository: string; tag?: string };

/** `host:5000/name:tag` → `{ repository: 'host:5000/name', tag: 'tag' }`. */
export function parseImageName(reference: string): ImageName {
  const match = /^(.*?)(?::([\w][\w.-]{0,127}))?$/.exec(reference);
  const [, repository = reference, tag] = match ?? [];
  // `host:5000` alone would read as a tag; a name of a registry has a path behind it.
  return tag !== undefined && !/^\d+\//.test(tag) ? { repository, tag } : { repository: reference };
}

/**
 * `mainstay/<slug>`, in the letters that Docker allows: each part lower-case letters and digits with single separators between.
 * https://github.com/distribution/reference/blob/main/reference.go
 */
export function defaultRepository(slug: string): string {
  const parts = slug.toLowerCase().split('/');
  const clean = parts.map((part) => part.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')).filter((part) => part !== '');
  return ['mainstay', ...clean].join('/');
}

/** Tag of a commit's image; a matrix gives each of its images one of its own. */
export function commitTag(commit: string, matrix: Record<string, string>): string {
  const values = Object.values(matrix).map((value) => value.replace(/[^\w.-]+/g, '-'));
  return [commit.slice(0, 12), ...values].join('-').slice(0, 128);
}
