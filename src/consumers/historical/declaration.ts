import type { Conversion, Document } from "../../design/document.ts";
import type { SourcePosition, YamlMap } from "../../yaml/node.ts";
import { nodeToPlain } from "../../yaml/node-to-plain.ts";
import { closeMap, faithfulScalar, openMap } from "../reading/map-draft.ts";
import { packedDocument } from "../reading/packed-document.ts";
import type { Problems } from "../reading/problems.ts";
import type { InheritedDevice } from "./item-context.ts";
import { converters } from "./kinds/convert.ts";

/** An item as a file declares it, before its fields are rewritten. */
export interface Declaration {
  readonly kind: string;
  readonly name: string;
  /** Its fields as written, without the name. */
  readonly body: YamlMap;
  /** Where the declaration begins. */
  readonly at: SourcePosition;
  /** Where its name is written. */
  readonly nameAt: SourcePosition | undefined;
  readonly form: string;
  readonly part: string;
  /** False when the text broke off inside it. */
  readonly complete: boolean;
  /** The problems of its file. */
  readonly problems: Problems;
}

/** Conversions kept of one item: beyond this there is nothing to learn from another one. */
const MOST_CONVERSIONS = 1000;

/** Rewritten fields with their places settled, and what was done to them before they were rewritten. */
export interface SettledFields {
  readonly fields: YamlMap;
  readonly conversions: readonly Conversion[];
}

/**
 * Makes the document of one declaration: its fields rewritten into those of its kind, and what was rewritten. `settle` has a look at the rewritten fields, where
 * they have a history of their own.
 */
export function toDocument(
  declaration: Declaration,
  inheritedDevice: (partition?: string) => InheritedDevice | undefined,
  settle: (fields: YamlMap) => SettledFields = (fields) => ({ fields, conversions: [] }),
): Document {
  const { kind, name, at, form, part, complete, problems } = declaration;
  const conversions: Conversion[] = [];
  const fields = openMap(declaration.body) ?? { entries: [], position: at };
  converters.get(kind)?.(fields, {
    complete,
    note(field, message) {
      if (conversions.length < MOST_CONVERSIONS) conversions.push({ field, message });
    },
    report: (problem) => problems.add({ kind, name, ...problem }),
    inheritedDevice,
  });
  const location = { uri: problems.uri, line: at.line, column: at.column };
  const settled = settle(closeMap(fields));
  return packedDocument(
    { kind, name, location, part, complete, form, conversions: [...settled.conversions, ...conversions] },
    nodeToPlain(settled.fields, faithfulScalar),
    declaration.nameAt,
  );
}
