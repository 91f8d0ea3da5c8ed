import { z } from 'zod';

/**
 * Loaded once per worker thread and shared by its runs, frozen; everything else is evaluated anew for each run. Only libraries without
 * state of their own belong here. What zod finds out about its surroundings at its first use is found out now, before it is frozen.
 */
z.strictObject({ warm: z.string().optional() }).safeParse({ warm: 1 });
