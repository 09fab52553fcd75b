import { and, eq } from "drizzle-orm";
import type { Db } from "../../src/db/database.ts";
import { diagnostic, effectiveItem, revision } from "../../src/db/schema.ts";
import { asOf } from "../../src/state/as-of.ts";
import { digestOf } from "../../src/state/digest.ts";
import { evaluateContent } from "../../src/state/evaluate-content.ts";
import { type Content, readDocuments, readLayers } from "../../src/state/store/content.ts";

/**
 * What is wrong with a stored revision, in words, empty when it is whole: its effective items and diagnostics are those that evaluating all of its documents gives,
 * and its row counts them.
 */
export async function revisionProblems(db: Db, design: string, number: bigint): Promise<readonly string[]> {
  const content = await readContent(db, design, number);
  const evaluated = evaluateContent(content);
  const items = await db
    .select({
      kind: effectiveItem.kind,
      name: effectiveItem.name,
      digest: effectiveItem.digest,
      tree: effectiveItem.tree,
    })
    .from(effectiveItem)
    .where(and(eq(effectiveItem.design, design), asOf(effectiveItem, number)));
  const found = await db
    .select({ identity: diagnostic.identity, rule: diagnostic.body })
    .from(diagnostic)
    .where(and(eq(diagnostic.design, design), asOf(diagnostic, number)));
  const [row] = await db
    .select()
    .from(revision)
    .where(and(eq(revision.design, design), eq(revision.number, number)));
  const told = (what: string, expected: readonly string[], stored: readonly string[]) => [
    ...expected.filter((each) => !stored.includes(each)).map((each) => `revision ${number} lacks ${what} ${each}`),
    ...stored
      .filter((each) => !expected.includes(each))
      .map((each) => `revision ${number} must not have ${what} ${each}`),
  ];
  const counts = `${evaluated.errorCount} errors, ${evaluated.warningCount} warnings, valid: ${evaluated.errorCount === 0}`;
  const counted = `${row?.errorCount} errors, ${row?.warningCount} warnings, valid: ${row?.valid}`;
  return [
    ...told(
      "effective item",
      evaluated.items.map(({ item: { kind, name, tree } }) => `${kind}/${name} ${digestOf(tree)}`),
      items.map(({ kind, name, tree }) => `${kind}/${name} ${digestOf(tree)}`),
    ),
    ...items
      .filter(({ digest, tree }) => digest !== digestOf(tree))
      .map(({ kind, name }) => `${kind}/${name} has another digest`),
    ...told(
      "diagnostic",
      evaluated.diagnostics.map(({ identity, diagnostic: { rule } }) => `${rule} ${identity}`),
      found.map(({ identity, rule: { rule } }) => `${rule} ${identity}`),
    ),
    ...(counts === counted ? [] : [`revision ${number} counts ${counted}, expected ${counts}`]),
  ];
}

async function readContent(db: Db, design: string, number: bigint): Promise<Content> {
  const consumers = await db
    .select({ layer: diagnostic.layer, diagnostic: diagnostic.body })
    .from(diagnostic)
    .where(and(eq(diagnostic.design, design), eq(diagnostic.origin, "consumer"), asOf(diagnostic, number)));
  return {
    layers: await readLayers(db, design, number),
    documents: await readDocuments(db, design, number, undefined),
    consumerDiagnostics: consumers,
  };
}
