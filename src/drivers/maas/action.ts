import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PlannedChangeSchema } from "../../../gen/bedplate/driver/v1/target_pb.js";
import type { FormField, MaasWrite } from "./client/request.ts";
import { oneLine } from "./text.ts";

/** One difference between the world and the wanted state, with the request that settles it. */
export interface Action {
  /** What would change, such as "subnet 10.1.0.0/24". */
  readonly object: string;
  /** What would be done to it: "create", "update", "delete", or a verb such as "deploy". */
  readonly action: string;
  /** What it is now, one line; empty when absent. */
  readonly before: string;
  /** What it would be, one line; empty when deleted. */
  readonly after: string;
  /** Path of the field of the specification that says `after`; absent when no single field says it. */
  readonly field?: string;
  /** Whether data on the machine would be lost. */
  readonly destructive?: boolean;
  /** The request; absent while it needs an id that an earlier action brings about. */
  readonly request?: MaasWrite;
  /** Why no action of this plan can ever bring about what is needed; carrying the plan out fails with it. */
  readonly blocked?: string;
  /** What a person can do about that. */
  readonly hint?: string;
  /**
   * Whether it takes back something a design does not want, rather than adding what is missing. When an object changed
   * since the precondition and needs such an action, another hand changed it.
   */
  readonly undoes?: boolean;
}

/** The differences of some area, in the order they are settled. */
export interface ActionPlan {
  readonly actions: readonly Action[];
  /** What is left alone although the design speaks of it, and why, for people. */
  readonly notes: readonly string[];
}

/** An action as the contract shows it, within the contract's bounds. */
export function plannedChange(
  action: Action,
): Exclude<MessageInitShape<typeof PlannedChangeSchema>, { $typeName: string }> {
  return {
    object: oneLine(action.object, 512),
    action: oneLine(action.action, 64),
    before: oneLine(action.before, 2048),
    after: oneLine(action.after, 2048),
    destructive: action.destructive ?? false,
    field: oneLine(action.field ?? "", 2048),
  };
}

/** The fields in which the wanted state differs, as a form and as text before and after. */
export interface FieldDiff {
  readonly form: readonly FormField[];
  readonly before: string;
  readonly after: string;
}

/**
 * Compares fields: `wanted` may leave out what a design does not say. Undefined when nothing differs. Values are compared
 * and sent as text.
 */
export function diffFields(
  present: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string | undefined>>,
): FieldDiff | undefined {
  const form: FormField[] = [];
  const before: string[] = [];
  const after: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const now = present[name] ?? "";
    if (value === undefined || value === now) continue;
    form.push([name, value]);
    before.push(`${name} ${now || "-"}`);
    after.push(`${name} ${value || "-"}`);
  }
  return form.length === 0 ? undefined : { form, before: before.join(", "), after: after.join(", ") };
}
