import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { createStatusRecorder, type StatusUpdate } from "./status-recorder.ts";

/** A recorder before a design state that takes what `refuse` lets pass. */
function recorderBefore(refuse: (nodes: readonly string[]) => Code | undefined) {
  const taken: string[] = [];
  const calls: (readonly string[])[] = [];
  const state = {
    async recordNodeStatus({ updates = [] }: { updates?: StatusUpdate[] }) {
      const nodes = updates.map(({ node }) => node ?? "");
      calls.push(nodes);
      const code = refuse(nodes);
      if (code !== undefined) throw new ConnectError("no", code);
      taken.push(...nodes);
      return {};
    },
  } as unknown as Client<typeof DesignStateService>;
  return { taken, calls, recorder: createStatusRecorder(() => state, new AbortController().signal, "one") };
}

const names = Array.from({ length: 50 }, (_, index) => `n${index}`);

test("a change that is refused harms none of those it was sent with", async () => {
  const { recorder, taken } = recorderBefore((nodes) => (nodes.includes("n17") ? Code.InvalidArgument : undefined));
  const done = await Promise.allSettled(names.map((node) => recorder.record("lab", { node })));
  expect(done.flatMap(({ status }, index) => (status === "rejected" ? [names[index]] : []))).toEqual(["n17"]);
  expect(new Set(taken)).toEqual(new Set(names.filter((name) => name !== "n17")));
  expect(taken).toHaveLength(49);
});

test("what is said of the whole design is not asked again for each change", async () => {
  const { recorder, calls } = recorderBefore(() => Code.NotFound);
  const done = await Promise.allSettled(names.map((node) => recorder.record("gone", { node })));
  expect(new Set(done.map(({ status }) => status))).toEqual(new Set(["rejected"]));
  expect(calls).toHaveLength(1);
});
