import { GitHubRepository } from '../schemas/github.ts';

/** The repository on GitHub that a URL means by the clone URL of the configuration (`https://github.com/{owner}/{repo}.git`); undefined for any other. */
export function githubPlaceOf(repository: string, cloneUrl: string): GitHubRepository | undefined {
  const bare = (url: string) => url.replace(/\/+$/, '').replace(/\.git$/, '');
  const pattern = bare(cloneUrl)
    .replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(String.raw`\{owner\}`, '(?<owner>[^/]+)')
    .replace(String.raw`\{repo\}`, '(?<repo>[^/]+)');
  const named = new RegExp(`^${pattern}$`, 'i').exec(bare(repository))?.groups;
  const place = GitHubRepository.safeParse(named);
  return place.success ? place.data : undefined;
}
