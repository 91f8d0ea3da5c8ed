import { Context } from '@temporalio/activity';
import { failure } from '../../schemas/failures.ts';

/** The run that an effect belongs to. */
export type EffectPlace = { workflowId: string; runId: string };

/**
 * One kind of change on the outside. Activities are at-least-once: `probe` finds what an earlier attempt did, so that the effect is
 * exactly-once. `apply` must carry the key outside (a label, a marker, an external id), or `probe` has nothing to find.
 */
export type EffectRules<Input, Receipt extends object> = {
  /** Verb phrase for reports: `deploy container`. */
  name: string;
  /** Workflow id, step and iteration; the same for every attempt and for the undoing, different for every intended repetition. */
  key(input: Input, place: EffectPlace): string;
  /** Asks the outside whether the effect with this key is there. */
  probe(input: Input, key: string): Promise<Receipt | undefined>;
  apply(input: Input, key: string): Promise<Receipt>;
  /** Takes the effect back; succeeds when there is nothing (left) to take back. */
  compensate(input: Input, key: string): Promise<void>;
};

/** What `apply` or `probe` answered; `repeated` is true when it had happened before this call. */
type Performed<Receipt> = Receipt & { key: string; repeated: boolean };

export type Effect<Input, Receipt extends object> = {
  readonly name: string;
  /** Makes the effect happen, unless it has happened. Called inside an activity. */
  perform(input: Input): Promise<Performed<Receipt>>;
  undo(input: Input): Promise<void>;
};

/** Declares an effect; all five rules are required. The effect's own code translates its vendor's errors. */
export function defineEffect<Input, Receipt extends object>(rules: EffectRules<Input, Receipt>): Effect<Input, Receipt> {
  return {
    name: rules.name,
    async perform(input) {
      const key = rules.key(input, currentPlace());
      const found = await rules.probe(input, key);
      if (found !== undefined) return { ...found, key, repeated: true };
      return { ...(await rules.apply(input, key)), key, repeated: false };
    },
    async undo(input) {
      await rules.compensate(input, rules.key(input, currentPlace()));
    },
  };
}

function currentPlace(): EffectPlace {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined)
    throw failure('InvalidInput', 'an effect belongs to a workflow: call it in an activity that a workflow started');
  return { workflowId: workflowExecution.workflowId, runId: workflowExecution.runId };
}
