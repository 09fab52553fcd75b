import { expect, test } from "vitest";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { seen } from "../../test/support/test-site.ts";
import { recheckNode } from "./recheck-node.ts";

const kinds = [StepKind.COMMISSION, StepKind.CONFIGURE_NETWORK, StepKind.CONFIGURE_STORAGE, StepKind.DEPLOY];
const approved = (destructive: boolean) => kinds.map((kind) => ({ kind, destructive }));
const messages = (state: ServerState, digest: string, consented: boolean) =>
  recheckNode("n1", approved(consented), Action.DEPLOY, seen(state, digest), "d1").map(({ message }) => message);

test("going on is right whatever the job itself may have brought about", () => {
  for (const state of [
    ServerState.ABSENT,
    ServerState.ENLISTED,
    ServerState.READY,
    ServerState.ALLOCATED,
    ServerState.FAILED,
  ]) {
    expect(messages(state, "", false)).toEqual([]);
  }
  expect(messages(ServerState.DEPLOYING, "d1", false)).toEqual([]);
  expect(messages(ServerState.DEPLOYED, "d1", false)).toEqual([]);
});

test("destroying what another hand installed needs consent given before", () => {
  expect(messages(ServerState.DEPLOYED, "d2", false)).toContain(
    "deploy/n1 would now destroy data: the machine is deployed, and not by this job",
  );
  expect(messages(ServerState.DEPLOYED, "d2", true)).toEqual([]);
});

test("a machine that is held or in an unknown state is never gone on with", () => {
  expect(messages(ServerState.HELD, "", true)).toEqual(["node n1 is held for a person to look at"]);
  expect(messages(ServerState.UNSPECIFIED, "", true)).toEqual(["node n1 is in a state its driver can't tell"]);
});
