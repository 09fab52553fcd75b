import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ExplanationSchema } from "../../gen/bedplate/design/v1/item_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { parseItem } from "./design-option.ts";
import { visible } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { type OutputForm, print, printValue } from "./output.ts";
import { headWord, type RevisionWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate explain`. */
export interface ExplainOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  /** The head, when not given. */
  readonly revision?: RevisionWord;
}

const protoNames = { protoNames: true } as const;

/** `bedplate explain KIND/NAME PATH`: where a value came from, and what it overrode. */
export async function explain(what: string, path: string, options: ExplainOptions): Promise<ExitCode> {
  const { kind, name } = parseItem(what);
  if (name === undefined)
    throw new CliError(exitCode.usage, `${what} names no item`, "write KIND/NAME, such as Node/n01");
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const { design } = options;
    const revision = await revisionOf(state, design, options.revision ?? headWord);
    const { explanation } = await state.explain({ design, kind, name, path, revision });
    if (explanation === undefined) throw new CliError(exitCode.fault, "the server answered without an explanation");
    if (options.output !== "table") {
      await printValue(options.output, redactSecrets(ExplanationSchema, explanation, protoNames));
      return exitCode.done;
    }
    const place = (from: typeof explanation.from) =>
      from === undefined ? "-" : `${from.uri}:${from.line}:${from.column}`;
    const shown = redactSecrets(ExplanationSchema, explanation, protoNames) as {
      value?: unknown;
      overrode?: readonly { value?: unknown }[];
    };
    const source = explanation.from === undefined ? `rule ${explanation.rule}` : place(explanation.from);
    const byRule =
      explanation.from === undefined || explanation.rule === "" ? "" : `, read by rule ${explanation.rule}`;
    await print(
      `${explanation.path} = ${JSON.stringify(shown.value ?? null)}\n  from ${source} (${explanation.item}${explanation.layer === "" ? "" : `, layer ${explanation.layer}`}${byRule})\n`,
    );
    for (const { message, location } of explanation.steps) {
      await print(`  ${visible(message)}${location === undefined ? "" : ` (${place(location)})`}\n`);
    }
    for (const [index, other] of explanation.overrode.entries()) {
      await print(
        `  overrode ${JSON.stringify(shown.overrode?.[index]?.value ?? null)} from ${place(other.from)} (${other.item}, layer ${other.layer})\n`,
      );
    }
    return exitCode.done;
  });
}
