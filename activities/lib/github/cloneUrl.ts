import { GitHubRepository } from '../../../schemas/github.ts';

/** The two directions of a clone URL template with `{owner}` and `{repo}`, such as `https://github.com/{owner}/{repo}.git`. */
export type CloneUrls = {
  of(place: GitHubRepository): string;
  /** The repository that a URL names; undefined when it does not fit the template. With or without `.git` at the end. */
  place(url: string): GitHubRepository | undefined;
};

export function readCloneUrl(template: string): CloneUrls {
  const parts = template.replace(/\.git$/, '').split(/(\{owner\}|\{repo\})/);
  const names: Readonly<Record<string, string>> = { '{owner}': '(?<owner>[^/]+)', '{repo}': '(?<repo>[^/]+?)' };
  const pattern = new RegExp(`^${parts.map((part) => names[part] ?? literally(part)).join('')}(?:\\.git)?$`);
  return {
    of: ({ owner, repo }) => template.replace('{owner}', owner).replace('{repo}', repo),
    place: (url) => GitHubRepository.safeParse(pattern.exec(url)?.groups).data,
  };
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
