import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { builtInKinds } from "../design/built-in-kinds.ts";
import { KIND_OF_KINDS } from "../design/custom-kinds/declared-kinds.ts";
import { declarationUri } from "../design/declaration-text.ts";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { Document } from "../design/document.ts";
import { suggestedLayer } from "../design/layer.ts";
import { readDocument } from "../design/read-document.ts";
import { isTreeMap, type Tree } from "../design/tree.ts";
import { CliError } from "./cli-error.ts";
import { printDiagnostics } from "./diagnostics.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import type { ReadOptions } from "./get.ts";
import { type ChangeOptions, commonRequest } from "./items/change-options.ts";
import { movedPlaces } from "./items/moved-places.ts";
import { printChange, printRefusal } from "./items/print-change.ts";
import { readDocuments } from "./items/read-documents.ts";
import { printTable, printValue } from "./output.ts";
import { headWord, revisionOf } from "./revision-word.ts";
import { withServer } from "./with-server.ts";

/** `bedplate kind list`: the kinds of a design's own. */
export async function listKinds(options: ReadOptions): Promise<ExitCode> {
  const { design, output } = options;
  return withServer(options, async ({ clientFor }) => {
    const state = clientFor(DesignStateService);
    const revision = await revisionOf(state, design, options.revision ?? headWord);
    const kinds = [];
    let pageToken = "";
    do {
      const page = await state.listCustomKinds({ design, revision, pageToken });
      kinds.push(...page.customKinds);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    if (output === "table") {
      await printTable(
        ["kind", "layers", "since", "inherits by", "description"],
        kinds.map((one) => [
          ...[one.kind, one.layers.join(", "), String(one.fromRevision), one.parent || "-"],
          one.description.split("\n")[0] ?? "",
        ]),
      );
      return exitCode.done;
    }
    await printValue(output, {
      kinds: kinds.map((one) => ({
        ...{ kind: one.kind, description: one.description, json_schema: JSON.parse(one.jsonSchema) },
        ...{ merge_keys: one.mergeKeys, references: one.references, parent: one.parent },
        ...{ formation: one.formation, secrets: one.secrets, layers: one.layers },
        from_revision: Number(one.fromRevision),
      })),
    });
    return exitCode.done;
  });
}

const LAYER_OF_KINDS = "kinds";

/** `bedplate kind put FILE`: registers or changes the kind that a document of kind CustomKind declares. */
export async function putKind(path: string, options: ChangeOptions): Promise<ExitCode> {
  const { documents } = await readDocuments(path);
  const [document, ...others] = documents;
  if (document === undefined || others.length > 0 || document.kind !== KIND_OF_KINDS) {
    const found = documents.map(({ kind, name }) => `${kind}/${name}`).slice(0, 3);
    const hint = "a kind at a time; put the items with bedplate create or bedplate submit";
    throw new CliError(exitCode.usage, `${path} declares ${found.join(", ")}, expected one CustomKind`, hint);
  }
  const faults = faultsOf(document);
  if (faults.length > 0) {
    await printDiagnostics(faults);
    throw new CliError(exitCode.failed, `${path} declares no kind that can be put`, "mend it");
  }
  return withServer(options, async ({ clientFor }) => {
    const { design, validateOnly, message } = commonRequest(options, `kind ${document.name}`);
    const layer = options.layer ?? LAYER_OF_KINDS;
    const key = { kind: KIND_OF_KINDS, name: document.name };
    try {
      const customKind = customKindOf(document);
      const answer = await clientFor(DesignStateService).putCustomKind({
        design,
        validateOnly,
        message,
        layer,
        customKind,
      });
      return await printChange(answer, [{ ...key, done: "changed" }], layer, options);
    } catch (error) {
      return await printRefusal(
        error,
        options,
        "mend what is told here",
        movedPlaces(document, declarationUri(layer, key)),
      );
    }
  });
}

/** What the contract's CustomKind has no place for would be lost, so it is told. */
function faultsOf(document: Document): readonly Diagnostic[] {
  const schema = builtInKinds().get(KIND_OF_KINDS);
  if (schema === undefined) throw new Error("no kind of kinds");
  const faults: Diagnostic[] = [];
  const { removals } = readDocument(document, suggestedLayer(LAYER_OF_KINDS), schema, (each) => void faults.push(each));
  for (const { path, location } of removals) {
    const message = `found a removal of ${path}, expected a whole kind`;
    faults.push({ rule: "invalid-value", severity: "error", message, field: path, location, related: [] });
  }
  return faults.filter(({ severity }) => severity === "error");
}

function customKindOf({ name, spec }: Document) {
  const { description, json_schema, merge_keys, references, parent, formation, secrets } = spec;
  return {
    ...{ kind: name, description: text(description), parent: text(parent) },
    jsonSchema: json_schema === undefined ? "" : JSON.stringify(json_schema),
    ...{ mergeKeys: textsByName(merge_keys), references: textsByName(references) },
    ...{ formation: texts(formation), secrets: texts(secrets) },
  };
}

function text(value: Tree | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}

function texts(value: Tree | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textsByName(value: Tree | undefined): Record<string, string> {
  return isTreeMap(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)])) : {};
}
