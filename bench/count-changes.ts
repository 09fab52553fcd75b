import { randomUUID } from "node:crypto";
import { CommitMode, type CommitResponse } from "../gen/bedplate/design/v1/design_state_service_pb.js";
import { messageBatches } from "../src/design/message-batches.ts";
import type { StateClient } from "../test/support/state-service.ts";
import type { CountedChange, DocumentInit } from "./state-result.ts";
import { nodeDocument } from "./state-site.ts";

const LAYER = "site";

/** The node that is changed: one of the second rack. */
export const NODE = 57;

/** Sizes of two designs that are there. */
export type CountedSizes = readonly [small: number, large: number];

/** Makes changes of one node, each in the small design and in the large one, and gives their counters. */
export async function countChanges(
  client: StateClient,
  [small, large]: CountedSizes,
): Promise<readonly CountedChange[]> {
  const changes: ReadonlyArray<readonly [string, (size: number) => readonly DocumentInit[], ReadonlyArray<string>]> = [
    ["a value of a node", (size) => [nodeDocument(size, NODE, { description: "counted" })], []],
    [
      "the rack and tags of a node",
      (size) => [nodeDocument(size, NODE, { metadata: { tags: ["spare"], rack: "r0000" } })],
      [],
    ],
    [
      "an address of a node",
      (size) => [nodeDocument(size, NODE, { addressing: [{ network: "mgmt", address: "10.12.250.9" }] })],
      [],
    ],
    ["the profile of a node", (size) => [nodeDocument(size, NODE, { host_profile: "storage" })], []],
    ["a node taken away", () => [], [nameOf(NODE)]],
    ["a node added", (size) => [nodeDocument(size, NODE)], []],
  ];
  const counted: CountedChange[] = [];
  for (const [what, documents, deleted] of changes) {
    const counters = async (size: number) => {
      const { revision } = await commit(client, designOf(size), documents(size), deleted);
      const { documentsRead = 0, itemsResolved = 0, ruleRuns = 0, rowsWritten = 0 } = revision?.counters ?? {};
      return {
        documents_read: documentsRead,
        items_resolved: itemsResolved,
        rule_runs: ruleRuns,
        rows_written: rowsWritten,
      };
    };
    counted.push({ what, small: await counters(small), large: await counters(large) });
  }
  return counted;
}

/** The name of the design of so many nodes. */
export function designOf(size: number): string {
  return `site-${size}`;
}

/** The name of a node. */
export function nameOf(index: number): string {
  return `n${String(index).padStart(5, "0")}`;
}

/** Commits documents, and deletions of nodes, to a design that is made if need be. */
export async function commit(
  client: StateClient,
  design: string,
  documents: readonly DocumentInit[],
  deleted: readonly string[] = [],
): Promise<CommitResponse> {
  await client.createDesign({ design });
  const changeId = await stage(client, design, documents);
  const keys = deleted.map((name) => ({ kind: "Node", name }));
  if (keys.length > 0) await client.deleteDocuments({ changeId, layer: LAYER, keys });
  return client.commit({ changeId, mode: CommitMode.PATCH });
}

/** Opens a change and puts documents into it; gives its id. */
export async function stage(client: StateClient, design: string, documents: readonly DocumentInit[]): Promise<string> {
  const { changeId } = await client.openChange({ design, layers: [LAYER], requestId: randomUUID() });
  const sizeOf = (document: DocumentInit) => JSON.stringify(document).length;
  for (const batch of messageBatches(documents, { count: 2000, bytes: 1_500_000 }, sizeOf)) {
    await client.putDocuments({ changeId, layer: LAYER, documents: batch });
  }
  return changeId;
}
