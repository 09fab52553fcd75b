import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { and, eq, inArray } from "drizzle-orm";
import type { Db } from "./database.ts";
import { sealedSecret } from "./schema.ts";
import { deriveKey, type SecretKey } from "./secret-key.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = "v1.";
const PREFIX = "sealed:";

/** Thrown when a sealed secret can't be opened: the key isn't the one it was sealed with, or the row was tampered with. */
export class SecretNotOpened extends Error {
  override name = "SecretNotOpened";
}

/** A literal and the reference that stands for it. */
export interface SealedLiteral {
  readonly ref: string;
  readonly literal: string;
}

/**
 * Keeps secret literals sealed. A scope owns its secrets: a reference opens in the scope it was made for and in no other. The same literal in the same
 * scope always has the same reference, so what refers to it need not change.
 */
export interface SecretStore {
  /** The reference ("sealed:ID") a literal gets. It tells nothing about the literal to whoever lacks the key. */
  refOf(scope: string, literal: string): string;
  /** Stores literals under their references; those stored already stay as they are. */
  store(db: Db, scope: string, literals: readonly SealedLiteral[]): Promise<void>;
  /** Which of these references the scope has. */
  known(db: Db, scope: string, refs: readonly string[]): Promise<ReadonlySet<string>>;
  /** The literal behind a reference; undefined when the scope has none. Throws SecretNotOpened. */
  unseal(db: Db, scope: string, ref: string): Promise<string | undefined>;
}

/** A store that seals with AES-256-GCM under a key the database never sees. */
export function createSecretStore(key: SecretKey): SecretStore {
  const sealingKey = deriveKey(key, "secret sealing");
  const namingKey = deriveKey(key, "secret naming");

  const seal = (scope: string, id: string, literal: string): string => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, sealingKey, nonce).setAAD(Buffer.from(`${scope}|${id}`));
    const parts = [nonce, cipher.update(literal, "utf8"), cipher.final(), cipher.getAuthTag()];
    return VERSION + Buffer.concat(parts).toString("base64url");
  };

  const open = (scope: string, id: string, sealed: string): string => {
    try {
      const bytes = Buffer.from(sealed.slice(VERSION.length), "base64url");
      const decipher = createDecipheriv(CIPHER, sealingKey, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(`${scope}|${id}`))
        .setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch {
      throw new SecretNotOpened("a stored secret was sealed with another key");
    }
  };

  return {
    refOf(scope, literal) {
      return (
        PREFIX +
        createHmac("sha256", namingKey)
          .update(JSON.stringify([scope, literal]))
          .digest("base64url")
      );
    },
    async store(db, scope, literals) {
      const rows = new Map(
        literals.map(({ ref, literal }) => {
          const id = ref.slice(PREFIX.length);
          return [id, { scope, id, sealed: seal(scope, id, literal) }];
        }),
      );
      if (rows.size === 0) return;
      // In one order always: two transactions that store the same secrets must not wait for each other.
      const sorted = [...rows.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
      for (const part of partsOf(sorted)) await db.insert(sealedSecret).values(part).onConflictDoNothing();
    },
    async known(db, scope, refs) {
      const found = new Set<string>();
      for (const part of partsOf(refs.map((ref) => ref.slice(PREFIX.length)))) {
        const rows = await db
          .select({ id: sealedSecret.id })
          .from(sealedSecret)
          .where(and(eq(sealedSecret.scope, scope), inArray(sealedSecret.id, part)));
        for (const { id } of rows) found.add(PREFIX + id);
      }
      return found;
    },
    async unseal(db, scope, ref) {
      const id = ref.slice(PREFIX.length);
      const [row] = await db
        .select({ sealed: sealedSecret.sealed })
        .from(sealedSecret)
        .where(and(eq(sealedSecret.scope, scope), eq(sealedSecret.id, id)));
      return row && open(scope, id, row.sealed);
    },
  };
}

/** A statement takes 65,535 parameters at most. */
function* partsOf<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += 1_000) yield rows.slice(start, start + 1_000);
}
