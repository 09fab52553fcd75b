import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { type ConformanceCase, portsOf } from "../conformance-case.ts";
import { type EnsureAnswer, newName, newOperationId } from "../ensure.ts";
import { fingerprint } from "../fingerprint.ts";
import { refusalOf } from "../refusal.ts";
import { hold } from "../verdict.ts";

/** C12: a core that wakes up too late. */
export const leaseCase: ConformanceCase = {
  id: "C12",
  title: "Past not_after nothing is written: LEASE_EXPIRED, or done when there was nothing to write",
  async run(world) {
    const { network, server, signal, kind } = world;
    const target = await world.target();
    const before = await fingerprint(world);
    const operation = { operationId: newOperationId(), notAfter: timestampFromMs(Date.UTC(2000, 0, 1)) };
    const call: Promise<EnsureAnswer> =
      kind === "network"
        ? network.ensureNetwork({ target, spec: portsOf(world.spec), operation }, { signal })
        : server.ensureSite({ target, spec: world.spec.site ?? { name: newName() }, operation }, { signal });
    const what = "Ensure with not_after in the past";
    const answer = await call.catch((error: unknown) => ConnectError.from(error));
    if (answer instanceof ConnectError) {
      await refusalOf(what, Promise.reject(answer), [Code.FailedPrecondition], ErrorReason.LEASE_EXPIRED);
    } else {
      const { outcome } = answer.result ?? {};
      hold(outcome?.case === "done" && !outcome.value.changed, `${what} went to work`);
    }
    hold((await fingerprint(world)) === before, `${what} changed the world`);
  },
};
