import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

/** How many nodes must succeed: a number of them, or a share in percent. */
export type Requirement = { readonly requireNodes: number } | { readonly requirePercent: number };

/** Reads the value of `--on-failure`. */
export function parseOnFailure(text: string): "continue" | "stop" {
  if (text === "continue" || text === "stop") return text;
  throw new CliError(exitCode.usage, `${JSON.stringify(text)} is no answer to a failure`, "write continue or stop");
}

/** Reads the value of `--require`: a number of nodes, or a share such as `90%`. */
export function parseRequirement(text: string): Requirement {
  const [, digits = "", percent] = /^(\d{1,5})(%)?$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === "" || number > (percent ? 100 : 20_000)) {
    const hint = "write a number of nodes, such as 3, or a share of them, such as 90%";
    throw new CliError(exitCode.usage, `${JSON.stringify(text)} is no requirement`, hint);
  }
  return percent === undefined ? { requireNodes: number } : { requirePercent: number };
}
