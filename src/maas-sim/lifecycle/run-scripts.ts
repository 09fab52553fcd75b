import { MANIFEST_SCRIPT, manifestJson } from "../hardware/manifest-json.ts";
import type { ScriptResult } from "../script.ts";
import type { Hardware } from "../state.ts";
import type { ScriptOutcome } from "../world/world.ts";

/** How a script ended on a machine. */
export type ScriptEnd = Pick<ScriptResult, "status" | "exitStatus" | "output">;

const STATUS_OF: Readonly<Record<ScriptOutcome["outcome"], ScriptResult["status"]>> = {
  passed: 2,
  failed: 3,
  timed_out: 4,
  degraded: 6,
  skipped: 9,
};

/** How a script ends on a machine: as the world says, else well, with what a node would have it print. */
export function runScript(hardware: Hardware | null, name: string): ScriptEnd {
  const planned = hardware?.scripts.get(name);
  if (planned === undefined) {
    const output = name === MANIFEST_SCRIPT && hardware !== null ? manifestJson(hardware) : `${name}: ok\n`;
    return { status: 2, exitStatus: 0, output };
  }
  const { outcome, exitStatus, output } = planned;
  const passed = outcome === "passed" || outcome === "degraded";
  const usual = outcome === "timed_out" || outcome === "skipped" ? null : passed ? 0 : 1;
  const said = output ?? (outcome === "passed" && name === MANIFEST_SCRIPT && hardware ? manifestJson(hardware) : "");
  return { status: STATUS_OF[outcome], exitStatus: exitStatus ?? usual, output: said };
}

/** The name of the first script of some that ends badly on a machine, as the world says; undefined when none does. */
export function failingScript(hardware: Hardware | null, names: readonly string[]): string | undefined {
  return names.find((name) => {
    const { status } = runScript(hardware, name);
    return status === 3 || status === 4;
  });
}
