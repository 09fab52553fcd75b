import { Disposition, type PlanStep, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";

/** Something a plan would change, the same for some nodes. */
export interface SharedChange {
  readonly kind: StepKind;
  readonly action: string;
  /** The field that says it, else the object it is about. */
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly destructive: boolean;
  readonly nodes: string[];
}

/** Nodes that have the same steps before them, for the same reason. */
export interface NodeGroup {
  readonly nodes: string[];
  /** The steps that change something, in order; empty for nodes that are up to date. */
  readonly steps: readonly PlanStep[];
  /** Why: the reason of the last step that destroys, else of the first. */
  readonly reason: string;
  readonly changes: readonly SharedChange[];
}

/** The nodes of a plan by what is before them, in the order of the plan: a site of thousands is read in a few lines. */
export function groupNodes(steps: readonly PlanStep[]): readonly NodeGroup[] {
  const nodes = new Map<string, PlanStep[]>();
  for (const step of steps) {
    if (step.kind === StepKind.PREPARE_SITE) continue;
    const own = nodes.get(step.subject);
    if (own === undefined) nodes.set(step.subject, [step]);
    else own.push(step);
  }
  const groups = new Map<
    string,
    { nodes: string[]; steps: PlanStep[]; reason: string; changes: Map<string, SharedChange> }
  >();
  for (const [name, own] of nodes) {
    const todo = own.filter(({ disposition }) => disposition === Disposition.CHANGE);
    const reason = (todo.findLast(({ destructive }) => destructive) ?? todo[0])?.reason ?? "";
    const key = JSON.stringify([todo.map(({ kind, destructive }) => [kind, destructive]), reason]);
    const group = groups.get(key) ?? {
      nodes: [] as string[],
      steps: todo,
      reason,
      changes: new Map<string, SharedChange>(),
    };
    groups.set(key, group);
    group.nodes.push(name);
    for (const step of todo) addChanges(group.changes, step);
  }
  return [...groups.values()].map(({ changes, ...group }) => ({ ...group, changes: inOrder([...changes.values()]) }));
}

function addChanges(all: Map<string, SharedChange>, { kind, subject, changes }: PlanStep): void {
  for (const { action, object, field, before, after, destructive } of changes) {
    const what = field === "" ? object : field;
    const key = JSON.stringify([kind, action, object, field, before, after, destructive]);
    const known = all.get(key);
    if (known === undefined) all.set(key, { kind, action, what, before, after, destructive, nodes: [subject] });
    // A driver may say the same twice of one machine.
    else if (known.nodes.at(-1) !== subject) known.nodes.push(subject);
  }
}

/** By step, what many share first. */
function inOrder(changes: readonly SharedChange[]): readonly SharedChange[] {
  return changes.toSorted((one, other) => one.kind - other.kind || other.nodes.length - one.nodes.length);
}
