import type { Declared } from "./declared.ts";

/** The part of a declaration that one step leads to: a field, a member or map entry by its key, a member of a plain list by its index. */
export function childOf(declared: Declared | undefined, step: string | number): Declared | undefined {
  switch (declared?.type) {
    case "message":
      return typeof step === "string" && Object.hasOwn(declared.fields, step) ? declared.fields[step] : undefined;
    case "group":
      return typeof step === "string" ? declared.members.get(step) : undefined;
    case "list":
      return typeof step === "number" ? declared.items[step] : undefined;
    default:
      return undefined;
  }
}
