/** One thing that Mainstay can use on this machine, and what its absence costs. */
export type Part = {
  name: string;
  group: 'needed' | 'isolation' | 'languages' | 'scanners' | 'services' | 'develop';
  found: boolean;
  /** Version, place or address; never a secret. */
  detail?: string;
  /** What does not work without it. */
  costs: string;
  /** How to get it. */
  fix: string;
  /** Without it nothing works. */
  essential: boolean;
};
