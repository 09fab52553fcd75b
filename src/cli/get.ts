import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import {
  type EffectiveItem,
  EffectiveItemSchema,
  ExplanationSchema,
  RawItemSchema,
} from "../../gen/bedplate/design/v1/item_pb.js";
import { redactSecrets } from "../mesh/redact-secrets.ts";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { parseItem } from "./design-option.ts";
import { visible } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { momentText } from "./moment-text.ts";
import { type OutputForm, print, printTable, printValue } from "./output.ts";
import { withServer } from "./with-server.ts";

/** Options of the commands that read a design. */
export interface ReadOptions extends ConnectOptions {
  readonly output: OutputForm;
  readonly design: string;
  readonly revision: number;
  readonly raw?: boolean;
}

const protoNames = { protoNames: true } as const;

/** `bedplate get KIND[/NAME]`: effective items, or with `--raw` what each layer declared. */
export async function get(what: string, options: ReadOptions): Promise<ExitCode> {
  const { kind, name } = parseItem(what);
  const { design, output } = options;
  const revision = BigInt(options.revision);
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    if (options.raw === true) {
      const items =
        name === undefined
          ? (await state.listRawItems({ design, kind, revision, pageSize: 1000 })).items
          : (await state.getRawItem({ design, kind, name, revision })).items;
      if (output !== "table")
        await printValue(output, { items: items.map((item) => redactSecrets(RawItemSchema, item, protoNames)) });
      else
        await printTable(
          ["layer", "kind", "name", "since", "declared at"],
          items.map((item) => [
            item.layer,
            item.kind,
            item.name,
            String(item.fromRevision),
            `${item.location?.uri}:${item.location?.line}:${item.location?.column}`,
          ]),
        );
      return exitCode.done;
    }
    const items: EffectiveItem[] = [];
    if (name === undefined) {
      let pageToken = "";
      do {
        const page = await state.listItems({ design, kind, revision, pageSize: 1000, pageToken });
        items.push(...page.items);
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    } else {
      const { item } = await state.getItem({ design, kind, name, revision });
      if (item === undefined)
        throw new CliError(
          exitCode.usage,
          `there is no ${kind} named ${name}`,
          `see bedplate get ${kind} --design ${design}`,
        );
      items.push(item);
    }
    if (output === "table" && name === undefined)
      await printTable(
        ["kind", "name", "since revision", "digest"],
        items.map((item) => [item.kind, item.name, String(item.fromRevision), item.digest.slice(0, 12)]),
      );
    else await printValue(output === "json" ? "json" : "yaml", { items: items.map(itemValue) });
    return exitCode.done;
  });
}

/** An effective item as programs get it: kind, name and its specification under one key, whatever the kind. */
function itemValue(item: EffectiveItem): unknown {
  const shown = redactSecrets(EffectiveItemSchema, item, protoNames);
  const fields = typeof shown === "object" && shown !== null && !Array.isArray(shown) ? shown : {};
  const key = (item.spec.case ?? "").replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    kind: item.kind,
    name: item.name,
    spec: fields[key] ?? {},
    digest: item.digest,
    from_revision: Number(item.fromRevision),
  };
}

/** `bedplate explain KIND/NAME PATH`: where a value came from, and what it overrode. */
export async function explain(what: string, path: string, options: ReadOptions): Promise<ExitCode> {
  const { kind, name } = parseItem(what);
  if (name === undefined)
    throw new CliError(exitCode.usage, `${what} names no item`, "write KIND/NAME, such as Node/n01");
  return withServer(options, async ({ clientFor }) => {
    const request = { design: options.design, kind, name, path, revision: BigInt(options.revision) };
    const { explanation } = await clientFor(DesignStateService).explain(request);
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

/** `bedplate history`: revisions of a design, newest first. */
export async function history(options: ReadOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const { revisions } = await clientFor(DesignStateService).listRevisions({ design: options.design, pageSize: 100 });
    const rows = revisions.map((one) => ({
      number: Number(one.number),
      valid: one.valid,
      author: one.author,
      created: momentText(one.createdAt),
      layers: one.layers,
      errors: one.errorCount,
      warnings: one.warningCount,
      message: one.message,
    }));
    if (options.output !== "table") await printValue(options.output, { revisions: rows });
    else
      await printTable(
        ["revision", "valid", "author", "created", "layers", "errors", "warnings", "message"],
        rows.map((row) => [
          String(row.number),
          row.valid ? "yes" : "no",
          row.author,
          row.created,
          row.layers.join(", "),
          String(row.errors),
          String(row.warnings),
          row.message,
        ]),
      );
    return exitCode.done;
  });
}
