import { Code, type ServiceImpl } from "@connectrpc/connect";
import { and, eq } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { revisionTag } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { lockDesign, readDesign, readRevision } from "../store/designs.ts";
import { readTags, taggedRevision } from "../store/tags.ts";

const MOST_TAGS = 1000;
const MOST_TAGS_OF_REVISION = 100;

type Handlers = Pick<ServiceImpl<typeof DesignStateService>, "tagRevision" | "deleteTag">;

/** The RPCs that name revisions. */
export function createTagHandlers({ database: { db } }: StateDeps): Handlers {
  return {
    async tagRevision({ design, revision, tag, move }, context) {
      refuseAmbiguous(tag);
      const author = authorOf(callerOf(context.values));
      return withTransaction(db, async (tx) => {
        // Holding the design makes two calls for one name take turns.
        const head = await lockDesign(tx, design);
        const row = await readRevision(tx, head, revision);
        const owner = await taggedRevision(tx, design, tag);
        if (owner !== row.number) {
          if (owner === undefined) await refuseTooMany(tx, design);
          else if (!move) throw taken(design, tag, owner);
          await refuseTooManyOf(tx, design, row.number);
          await tx
            .insert(revisionTag)
            .values({ design, tag, revision: row.number, author })
            .onConflictDoUpdate({
              target: [revisionTag.design, revisionTag.tag],
              set: { revision: row.number, author },
            });
        }
        const tags = await readTags(tx, design, [row.number]);
        return { revision: revisionToMessage(row, tags.get(row.number)) };
      });
    },

    async deleteTag({ design, tag }) {
      const { name } = await readDesign(db, design);
      await db.delete(revisionTag).where(and(eq(revisionTag.design, name), eq(revisionTag.tag, tag)));
      return {};
    },
  };
}

/** A tag that is a number, or "head", could not be told from what revisions are called by themselves. */
function refuseAmbiguous(tag: string): void {
  if (!/^(?:[0-9]+|head)$/.test(tag)) return;
  const message =
    tag === "head" ? 'the newest revision is called "head" already' : `the tag "${tag}" is a number alone`;
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
    fieldPath: "tag",
    hint: "choose another name, such as v1",
  });
}

function taken(design: string, tag: string, owner: bigint) {
  return failure(
    Code.AlreadyExists,
    ErrorReason.ALREADY_EXISTS,
    `the tag "${tag}" names revision ${owner} of design "${design}"`,
    { subject: tag, hint: "choose another name, or set move to take it" },
  );
}

async function refuseTooMany(tx: Db, design: string): Promise<void> {
  if ((await tx.$count(revisionTag, eq(revisionTag.design, design))) < MOST_TAGS) return;
  throw failure(
    Code.ResourceExhausted,
    ErrorReason.LIMIT_EXCEEDED,
    `design "${design}" has ${MOST_TAGS} tags already`,
    {
      subject: design,
      hint: "delete some that nobody uses",
    },
  );
}

async function refuseTooManyOf(tx: Db, design: string, revision: bigint): Promise<void> {
  const own = and(eq(revisionTag.design, design), eq(revisionTag.revision, revision));
  if ((await tx.$count(revisionTag, own)) < MOST_TAGS_OF_REVISION) return;
  const message = `revision ${revision} of design "${design}" has ${MOST_TAGS_OF_REVISION} tags already`;
  throw failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, message, {
    subject: `${revision}`,
    hint: "delete some that nobody uses",
  });
}
