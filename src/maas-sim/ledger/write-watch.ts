import { changesBetween } from "./changes.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";

/** Watches the objects one request announces, and books those it has changed. */
export interface WriteWatch {
  announce(kind: string, name: string, view: () => unknown): void;
  /** Books the changes; call it only when the request has succeeded. */
  commit(): void;
}

/** A watch for one request. */
export function createWriteWatch(
  ledger: Ledger,
  request: Pick<LedgerEntry, "by" | "method" | "path" | "op">,
): WriteWatch {
  const announced: {
    readonly object: LedgerEntry["object"];
    readonly before: unknown;
    readonly view: () => unknown;
  }[] = [];
  return {
    announce(kind, name, view) {
      announced.push({ object: { kind, name }, before: view(), view });
    },
    commit() {
      for (const { object, before, view } of announced) {
        const changes = changesBetween(before, view());
        if (changes !== undefined) ledger.record({ ...request, object, ...changes });
      }
    },
  };
}
