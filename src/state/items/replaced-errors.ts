import { and, eq } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { diagnostic } from "../../db/schema.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import type { ItemKey } from "../../design/item-key.ts";
import type { RevisionRow } from "../store/designs.ts";

const ERROR = 1;

/**
 * Those of the new errors of a revision that a change to one part of an item has brought. A node without any address is told as one error; once it has the first, what
 * else it lacks is told: so where an error about the item is gone, others about it that stand elsewhere than at the part are in its place, and not of the change.
 */
export async function withoutReplacing(
  tx: Db,
  row: RevisionRow,
  errors: readonly Diagnostic[],
  changed: ItemKey & { readonly field: string },
): Promise<readonly Diagnostic[]> {
  const isElsewhere = ({ kind, name, field = "" }: Diagnostic) =>
    kind === changed.kind && name === changed.name && !field.startsWith(changed.field);
  if (!errors.some(isElsewhere)) return errors;
  const gone = await tx
    .select({ body: diagnostic.body })
    .from(diagnostic)
    .where(
      and(eq(diagnostic.design, row.design), eq(diagnostic.toRevision, row.number), eq(diagnostic.severity, ERROR)),
    );
  const wasWrong = gone.some(({ body: { kind, name } }) => kind === changed.kind && name === changed.name);
  return wasWrong ? errors.filter((each) => !isElsewhere(each)) : errors;
}
