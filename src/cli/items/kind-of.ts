import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { builtInKinds } from "../../design/built-in-kinds.ts";
import { KIND_OF_KINDS } from "../../design/custom-kinds/declared-kinds.ts";
import { evaluateDesign, type LayeredDocument } from "../../design/evaluate-design.ts";
import type { KindSchema } from "../../design/kind-schema.ts";
import type { TreeMap } from "../../design/tree.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

/** What a kind is made of: one that is built in, or one that a design on a server declares. */
export async function kindOf(
  state: Client<typeof DesignStateService>,
  design: string,
  kind: string,
): Promise<KindSchema> {
  const builtIn = builtInKinds().get(kind);
  if (builtIn !== undefined) return builtIn;
  const documents: LayeredDocument[] = [];
  let pageToken = "";
  do {
    const page = await state.listRawItems({ design, kind: KIND_OF_KINDS, pageSize: 1000, pageToken });
    for (const { name, layer, spec = {} } of page.items)
      documents.push({ layer, document: kindDocument(name, spec as TreeMap) });
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  const found = evaluateDesign({ documents, layers: [] }).kinds.get(kind);
  if (found !== undefined) return found;
  throw new CliError(
    exitCode.usage,
    `design ${design} has no kind ${kind}`,
    `see bedplate kind list --design ${design}`,
  );
}

function kindDocument(name: string, spec: TreeMap): LayeredDocument["document"] {
  const place = { line: 0, column: 0 };
  return {
    ...{ kind: KIND_OF_KINDS, name, spec, part: "", form: "bedplate-v1", complete: true, conversions: [] },
    ...{ location: { uri: name, ...place }, source: place },
  };
}
