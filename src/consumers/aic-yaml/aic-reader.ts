import type { YamlDocument, YamlMap } from "../../yaml/node.ts";
import type { Declaration } from "../historical/declaration.ts";
import type { FormReader, Owner } from "../reading/form-reader.ts";
import type { PartContext } from "../reading/part-context.ts";
import { isForeign } from "./foreign.ts";
import { isOneFileForm, looksLikeOneFileForm, readOneFile } from "./form-a.ts";
import { type EnvelopedDeclaration, hasEnvelope, readEnvelope } from "./form-b.ts";
import { createGatherer } from "./gather.ts";

/** A reader of the AIC forms: one file with lists of items ("aic-a"), and a document for each item ("aic-b", and "aic-b2" under its later name). */
export function createAicReader(): FormReader {
  const gatherer = createGatherer();
  return {
    forms: ["aic-a", "aic-b", "aic-b2"],
    claims: (root) =>
      isOneFileForm(root) || hasEnvelope(root) || isForeign(root, undefined) || looksLikeOneFileForm(root),
    read(document, root, context) {
      if (isForeign(root, context.problems)) return [];
      const declared = readDeclarations(root, context);
      for (const each of declared) gatherer.add(each);
      return ownersOf(document, declared);
    },
    finish: (others) => gatherer.finish(others),
  };
}

function readDeclarations(root: YamlMap, context: PartContext): readonly EnvelopedDeclaration[] {
  if (isOneFileForm(root) || !hasEnvelope(root)) return readOneFile(root, context);
  const declared = readEnvelope(root, context);
  return declared === undefined ? [] : [declared];
}

/** A document with an envelope is its item's; of a file of many items each has the lines from its own first to whatever follows it. */
function ownersOf({ firstLine, root }: YamlDocument, declared: readonly Declaration[]): readonly Owner[] {
  const [only] = declared;
  if (only?.form.startsWith("aic-b") === true) return [{ firstLine, item: { kind: only.kind, name: only.name } }];
  const keys = root?.kind === "map" ? root.entries : [];
  const inner = keys.flatMap(({ key, value }) => (key === "network" && value.kind === "map" ? value.entries : []));
  const starts = [...keys, ...inner].map(({ keyPosition }) => ({
    firstLine: keyPosition.line,
    item: undefined,
  }));
  const items = declared
    .filter(({ kind }) => kind !== "Site")
    .map(({ at, kind, name }) => ({ firstLine: at.line, item: { kind, name } }));
  return [{ firstLine, item: undefined }, ...starts, ...items].sort((a, b) => a.firstLine - b.firstLine);
}
