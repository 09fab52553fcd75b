import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { declarationText, declarationUri } from "../../design/declaration-text.ts";
import type { ItemKey } from "../../design/item-key.ts";
import type { TreeMap } from "../../design/tree.ts";
import { onlyLayer } from "./print-change.ts";

/** What a layer declares about an item, for people to change. */
export interface Declaration {
  readonly layer: string;
  /** Its digest; empty where the layer has none of the item. */
  readonly etag: string;
  readonly spec: TreeMap;
}

/** Reads what a layer declares about an item; nothing where others declare it. Fails where nobody does, and where several do and none is named. */
export async function readDeclaration(
  state: Client<typeof DesignStateService>,
  design: string,
  { kind, name }: ItemKey,
  layer: string | undefined,
): Promise<Declaration> {
  const { items } = await state.getRawItem({ design, kind, name });
  const chosen = onlyLayer(
    layer,
    items.map((one) => one.layer),
    `${kind}/${name}`,
  );
  const found = items.find((one) => one.layer === chosen);
  return { layer: chosen, etag: found?.digest ?? "", spec: (found?.spec ?? {}) as TreeMap };
}

/** A text that `bedplate edit` opens, and reads again: the declaration, and above it what it is and which one. */
export function editText(design: string, key: ItemKey, { layer, etag, spec }: Declaration): string {
  const { text } = declarationText({ ...key, spec }, declarationUri(layer, key));
  const what = etag === "" ? "Nothing yet is declared of" : "What is declared of";
  const head = [
    `# ${what} ${key.kind}/${key.name} in layer ${layer} of design ${design}.`,
    "# Save and close to apply it; leave it as it is to change nothing.",
    ...(etag === "" ? [] : [`# etag: ${etag}`]),
  ];
  return `${head.join("\n")}\n${text}`;
}

/** The etag that a text says it was made of; undefined when it says none. */
export function etagOf(text: string): string | undefined {
  return /^# etag: ([0-9a-f]{64})$/m.exec(text)?.[1];
}
