import { expect, test } from "vitest";
import type { MaasClient } from "./client/maas-client.ts";
import { DriverError } from "./driver-error.ts";
import { createWriter } from "./writer.ts";

const write = { method: "POST", path: "tags/" } as const;

/** A client whose writes wait for their turn until they are let go. */
function waitingClient() {
  const turn = Promise.withResolvers<void>();
  const sent: string[] = [];
  const client: Pick<MaasClient, "send"> = {
    async send({ path }, atTurn) {
      await turn.promise;
      atTurn?.();
      sent.push(path);
      return "";
    },
  };
  return { client: client as MaasClient, sent, turn };
}

test("nothing is sent whose answer can't come before the lease ends, however long it waited for its turn", async () => {
  const { client, sent, turn } = waitingClient();
  let now = Date.now();
  const bounds = { subject: "n1", notAfter: now + 60_000, until: now + 60_000 };
  const late = createWriter(client, { ...bounds, notAfter: now + 100 });
  await expect(late.send(write)).rejects.toThrow("the lease on n1 has run out");
  const real = Date.now;
  Date.now = () => now;
  try {
    const writer = createWriter(client, bounds);
    const waits = writer.send(write);
    now += 60_001;
    turn.resolve();
    await expect(waits).rejects.toBeInstanceOf(DriverError);
    expect([sent, writer.count]).toEqual([[], 0]);
  } finally {
    Date.now = real;
  }
  const timely = createWriter(client, { subject: "n1", notAfter: undefined, until: 0 });
  await timely.send(write);
  expect([sent, timely.count, timely.hasTime()]).toEqual([["tags/"], 1, false]);
});
