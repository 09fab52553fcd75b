import { stat } from "node:fs/promises";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { pair, readSecret } from "./key-value.ts";
import { colored, note, type OutputForm, printTable, printValue } from "./output.ts";

/** Options of `bedplate driver test`. */
export interface DriverTestOptions {
  readonly kind: string;
  readonly endpoint: string;
  readonly option: readonly string[];
  readonly secretFile: readonly string[];
  readonly output: OutputForm;
}

const colors = { pass: "green", skip: "dim", fail: "red" } as const;

/** `bedplate driver test SOCKET|COMMAND…`: holds a driver against the rules of the protocol. Fails when a rule is broken. */
export async function driverTest(plugin: readonly string[], options: DriverTestOptions): Promise<ExitCode> {
  const { kind } = options;
  if (kind !== "server" && kind !== "network")
    throw new CliError(
      exitCode.usage,
      `there are no rules for kind ${JSON.stringify(kind)}`,
      "kinds are server and network",
    );
  const secrets = Object.fromEntries(
    await Promise.all(
      options.secretFile.map(async (text) => {
        const [key, path] = pair(text, "--secret-file");
        return [key, await readSecret(path)] as const;
      }),
    ),
  );
  const hasTarget = options.endpoint !== "" || options.option.length > 0 || options.secretFile.length > 0;
  const target = {
    instance: "test",
    endpoint: options.endpoint,
    options: Object.fromEntries(options.option.map((text) => pair(text, "--option"))),
    secrets,
  };
  const first = plugin[0] ?? "";
  const isSocket = plugin.length === 1 && (await stat(first).catch(() => undefined))?.isSocket() === true;
  const { runConformance } = await import("../plugins/conformance/run-conformance.ts");
  const verdicts = await runConformance({
    kind,
    ...(isSocket ? { socket: first } : { command: plugin }),
    ...(hasTarget ? { target } : {}),
    onVerdict: ({ id, outcome }) => note(`${id} ${outcome}`),
  });
  const failed = verdicts.filter(({ outcome }) => outcome === "fail").length;
  if (options.output !== "table") await printValue(options.output, { conforms: failed === 0, verdicts });
  else {
    const rows = verdicts.map(({ id, outcome, title, reason }) => [
      id,
      colored(outcome, colors[outcome]),
      title,
      reason,
    ]);
    await printTable(["rule", "verdict", "says", "because"], rows);
    note(failed === 0 ? "the driver conforms" : `the driver breaks ${failed} rules`);
  }
  return failed === 0 ? exitCode.done : exitCode.failed;
}
