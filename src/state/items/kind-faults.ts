import { eq } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { document } from "../../db/schema.ts";
import { KIND_OF_KINDS } from "../../design/custom-kinds/declared-kinds.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { evaluateDesign } from "../../design/evaluate-design.ts";
import { documentKey } from "../apply-change.ts";
import { type LayerDocument, readDocuments, readLayers } from "../store/content.ts";
import type { DesignRow } from "../store/designs.ts";

/** The errors of a kind itself if a layer of the design's head declared it so: those of its own document, as against those of its items. */
export async function kindFaults(
  tx: Db,
  head: Pick<DesignRow, "name" | "revision">,
  declared: LayerDocument,
): Promise<readonly Diagnostic[]> {
  const known = await readDocuments(tx, head.name, head.revision, eq(document.kind, KIND_OF_KINDS));
  const own = documentKey(declared);
  const documents = [...known.filter((each) => documentKey(each) !== own), declared];
  const { diagnostics } = evaluateDesign({ documents, layers: await readLayers(tx, head.name, head.revision) });
  const { name } = declared.document;
  return diagnostics.filter((each) => each.severity === "error" && each.kind === KIND_OF_KINDS && each.name === name);
}
