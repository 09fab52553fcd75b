import type { EffectiveItem } from "../design/effective-item.ts";
import { type DiagnosticForm, reportFormat } from "./diagnostic-formats/diagnostic-form.ts";
import type { DiagnosticReport } from "./diagnostic-formats/report.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { loadDesign, type OutsidePlugins } from "./load-design.ts";
import { print } from "./output.ts";

/** Options of `bedplate validate`. */
export interface ValidateOptions extends OutsidePlugins {
  readonly output: DiagnosticForm;
  /** The least severity that makes the command end with 1. */
  readonly failOn?: "error" | "warning";
  /** Validate again whenever a file changes, until interrupted. */
  readonly watch?: boolean;
}

/**
 * `bedplate validate PATH…`: reads, composes, resolves and validates; prints everything found. Fails when there is an error, or a warning if so told. With
 * `watch` it goes on with every change until it is interrupted.
 */
export async function validate(paths: readonly string[], options: ValidateOptions): Promise<ExitCode> {
  const once = () => validateOnce(paths, options);
  if (!options.watch) return once();
  const { repeatOnChange } = await import("./watch/repeat-on-change.ts");
  return repeatOnChange(paths, once);
}

async function validateOnce(paths: readonly string[], options: ValidateOptions): Promise<ExitCode> {
  const { output, failOn } = options;
  const [report, format] = await Promise.all([readReport(paths, options), reportFormat(output)]);
  await print(await format(report));
  const fails =
    !report.valid || (failOn === "warning" && report.diagnostics.some(({ severity }) => severity === "warning"));
  return fails ? exitCode.failed : exitCode.done;
}

async function readReport(paths: readonly string[], plugins: OutsidePlugins): Promise<DiagnosticReport> {
  const { evaluation, diagnostics } = await loadDesign(paths, plugins);
  const valid = diagnostics.every((diagnostic) => diagnostic.severity !== "error");
  return { valid, diagnostics, items: countKinds(evaluation.items.values()) };
}

function countKinds(items: Iterable<EffectiveItem>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
