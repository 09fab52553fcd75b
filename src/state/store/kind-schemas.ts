import type { Db } from "../../db/database.ts";
import { builtInKinds } from "../../design/built-in-kinds.ts";
import type { KindSchema } from "../../design/kind-schema.ts";
import { designKinds } from "./design-kinds.ts";

/** The schema of a kind; of one nobody knows a schema without fields. */
export type SchemaOf = (kind: string) => KindSchema;

/** The schemas of kinds as of the first of some revisions that has each. */
export async function schemasAsOf(db: Db, design: string, revisions: readonly bigint[]): Promise<SchemaOf> {
  const kinds = new Map(builtInKinds());
  for (const revision of new Set(revisions)) {
    if (revision === 0n) continue;
    for (const [kind, schema] of await designKinds(db, { name: design }, revision)) {
      if (!kinds.has(kind)) kinds.set(kind, schema);
    }
  }
  return (kind) => kinds.get(kind) ?? { kind, message: { name: kind, fields: new Map(), hasSecret: false } };
}
