import { and, eq, gt, sql } from "drizzle-orm";
import type { Db } from "../db/database.ts";
import { nodeToken } from "../db/schema.ts";

/** What a node token opens. */
export interface TokenOwner {
  readonly design: string;
  readonly node: string;
  readonly jobId: string;
}

/** Node tokens by their hash. The tokens themselves are nowhere. */
export interface NodeTokenStore {
  /** Makes a token known; repeating it moves its end. */
  register(tokenSha256: string, owner: TokenOwner, expiresAt: Date): Promise<void>;
  /** Forgets all tokens of a node. */
  revoke(design: string, node: string): Promise<void>;
  /** Whose token it is; undefined when it is unknown or has expired, by the database clock. */
  find(tokenSha256: string): Promise<TokenOwner | undefined>;
}

/** Keeps node tokens in the database. */
export function createNodeTokenStore(db: Db): NodeTokenStore {
  return {
    async register(tokenSha256, owner, expiresAt) {
      await db
        .insert(nodeToken)
        .values({ tokenSha256, ...owner, expiresAt })
        .onConflictDoUpdate({ target: nodeToken.tokenSha256, set: { expiresAt } });
    },
    async revoke(design, node) {
      await db.delete(nodeToken).where(and(eq(nodeToken.design, design), eq(nodeToken.node, node)));
    },
    async find(tokenSha256) {
      const rows = await db
        .select({ design: nodeToken.design, node: nodeToken.node, jobId: nodeToken.jobId })
        .from(nodeToken)
        .where(and(eq(nodeToken.tokenSha256, tokenSha256), gt(nodeToken.expiresAt, sql`now()`)));
      return rows[0];
    },
  };
}
