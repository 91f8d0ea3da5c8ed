/** Lines that can be covered, and those that were. */
export type Coverage = { covered: number; total: number };
