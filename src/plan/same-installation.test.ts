import { expect, test } from "vitest";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { seen } from "../../test/support/test-site.ts";
import { sameInstallation } from "./same-installation.ts";

const before = seen(ServerState.DEPLOYED, "a");

test("an installation is the same on the same machine, by the same specification", () => {
  expect(sameInstallation(before, before)).toBe(true);
  expect(sameInstallation(seen(ServerState.DEPLOYING, "a"), before)).toBe(true);
  expect(sameInstallation(before, { ...before, providerId: "m2" })).toBe(false);
  expect(sameInstallation(before, { ...before, specDigest: "b" })).toBe(false);
});

test("a machine with nothing installed has no installation to be the same", () => {
  for (const state of [ServerState.READY, ServerState.ALLOCATED, ServerState.RELEASING, ServerState.FAILED]) {
    expect(sameInstallation(before, { ...before, state })).toBe(false);
    expect(sameInstallation({ ...before, state }, { ...before, state })).toBe(false);
  }
});
