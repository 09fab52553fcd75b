import { type Client, Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { createCallInWatch } from "./call-in-watch.ts";

/** A design state that knows every node but "gone", and tells when it is asked. */
function designState(asked: () => Promise<void> | void): Client<typeof DesignStateService> {
  const transport = createRouterTransport(({ service }) => {
    service(DesignStateService, {
      async getNodeStatus({ node }) {
        await asked();
        if (node === "gone") throw new ConnectError("there is no such node", Code.NotFound);
        return { status: { node } };
      },
    });
  });
  return createClient(DesignStateService, transport);
}

test("a node that left the design doesn't keep the others from being seen", async () => {
  const stop = new AbortController();
  const errors: unknown[] = [];
  const state = designState(() => {});
  const watch = createCallInWatch(
    () => state,
    10,
    stop.signal,
    (error) => errors.push(error),
  );
  const gone = watch.until("lab", "gone", stop.signal, () => true);
  expect((await watch.until("lab", "n0", stop.signal, () => true)).node).toBe("n0");
  stop.abort(new Error("enough"));
  await expect(gone).rejects.toThrow("enough");
  expect(errors.length).toBeGreaterThan(0);
});

test("a design is looked at by one loop, however often those who wait come and go", async () => {
  const stop = new AbortController();
  let looks = 0;
  let underWay = 0;
  let most = 0;
  const enough = Promise.withResolvers<void>();
  const state = designState(async () => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    if (++looks === 20) enough.resolve();
  });
  const watch = createCallInWatch(
    () => state,
    10,
    stop.signal,
    () => {},
  );
  const come = async (node: string): Promise<void> => {
    const leave = new AbortController();
    const left = watch.until("lab", node, leave.signal, () => false);
    leave.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
  };
  for (let count = 0; count < 50; count++) await come("visitor");
  const last = watch.until("lab", "last", stop.signal, () => false);
  await enough.promise;
  expect(most).toBe(1);
  stop.abort(new Error("enough"));
  await expect(last).rejects.toThrow("enough");
});
