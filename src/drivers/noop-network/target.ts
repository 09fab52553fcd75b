import type { Target } from "../../../gen/bedplate/driver/v1/target_pb.js";
import { invalidField } from "./driver-error.ts";

/** Refuses a target that asks for what this driver doesn't know, rather than ignore it. */
export function checkTarget(target: Target | undefined): void {
  if (target?.endpoint) throw invalidField("target.endpoint", "this driver manages nothing and takes no endpoint");
  const [option] = Object.keys(target?.options ?? {});
  if (option === undefined) return;
  throw invalidField(`target.options[${JSON.stringify(option)}]`, `this driver takes no option "${option}"`);
}
