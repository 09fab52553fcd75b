import type { Action, ActionPlan } from "./action.ts";
import { rejected } from "./driver-error.ts";
import type { Writer } from "./writer.ts";

/** An area that is brought to its wanted state by looking, comparing and writing in turns. */
export interface Area<State> {
  /** Looks at the world anew. */
  observe(): Promise<State>;
  /** Compares, without side effects. */
  plan(state: State): ActionPlan;
}

/** How far an area has come. */
export interface Settled<State> {
  /** The world as it was seen last, after the last write. */
  readonly state: State;
  /** What is left; no actions when the wanted state is there. */
  readonly plan: ActionPlan;
}

/**
 * Carries out a plan as far as the writer's time allows: the actions in order up to the first that needs an id it has not
 * got, then looks again and goes on. What was sent and is wanted again after looking was accepted and not done: that fails
 * with TARGET_REJECTED, as does an action that can never run.
 */
export async function settle<State>(first: State, area: Area<State>, writer: Writer): Promise<Settled<State>> {
  const sent = new Set<string>();
  let state = first;
  for (;;) {
    const plan = area.plan(state);
    if (plan.actions.length === 0 || !writer.hasTime()) return { state, plan };
    const before = writer.count;
    const marks: string[] = [];
    for (const action of plan.actions) {
      if (action.request === undefined || !writer.hasTime()) break;
      const mark = JSON.stringify(action.request);
      if (sent.has(mark)) throw ignored(action);
      // One plan may ask for the same thing twice, such as two partitions of one size.
      marks.push(mark);
      await writer.send(action.request);
    }
    for (const mark of marks) sent.add(mark);
    if (writer.count === before) {
      const [action] = plan.actions;
      if (action?.request === undefined) throw stuck(action);
      return { state, plan };
    }
    state = await area.observe();
  }
}

function ignored(action: Action): Error {
  return rejected(`MAAS accepted to ${action.action} ${action.object}, but it did not come about (${action.after})`, {
    subject: action.object,
    hint: "see the log of the MAAS region controller",
  });
}

/** What to fail with when an action can never run. */
export function stuck(action: Action | undefined): Error {
  return rejected(action?.blocked ?? `${action?.object ?? "an object"} needs something that MAAS does not have`, {
    subject: action?.object ?? "",
    hint: action?.hint ?? "prepare the site first, so that MAAS has its fabrics, VLANs and subnets",
  });
}
