/** The workflow types that a worker serves. */
export { runPipeline } from './runPipeline.ts';
