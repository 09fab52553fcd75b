import type { EffectiveItem } from "../design/effective-item.ts";
import { countDiagnostics, diagnosticValue, printDiagnostics } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { loadDesign } from "./load-design.ts";
import { colored, type OutputForm, print, printValue } from "./output.ts";

/** `bedplate validate PATH…`: reads, composes, resolves and validates; prints everything found. Fails when there is an error. */
export async function validate(paths: readonly string[], options: { readonly output: OutputForm }): Promise<ExitCode> {
  const { evaluation, diagnostics } = await loadDesign(paths);
  const valid = diagnostics.every((diagnostic) => diagnostic.severity !== "error");
  const items = countKinds(evaluation.items.values());
  if (options.output === "table") {
    await printDiagnostics(diagnostics);
    const counts = Object.entries(items).map(([kind, count]) => `${count} ${kind}`);
    const verdict = valid ? colored("valid", "green") : colored("invalid", "red");
    await print(`${verdict}: ${countDiagnostics(diagnostics)}; ${counts.join(", ") || "no items"}\n`);
  } else await printValue(options.output, { valid, diagnostics: diagnostics.map(diagnosticValue), summary: { items } });
  return valid ? exitCode.done : exitCode.failed;
}

function countKinds(items: Iterable<EffectiveItem>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
