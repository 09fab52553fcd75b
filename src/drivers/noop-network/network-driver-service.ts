import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { NetworkDriverService } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { leaseExpired } from "./driver-error.ts";
import type { Handlers } from "./grpc-service.ts";
import { checkTarget } from "./target.ts";

/** Switch ports that somebody else looks after: none is known, nothing is to be done, and so it is always done. */
export const networkDriverService: Handlers<typeof NetworkDriverService> = {
  observePorts({ target }) {
    checkTarget(target);
    return [];
  },
  planNetwork({ target }) {
    checkTarget(target);
    return { changes: [] };
  },
  ensureNetwork({ target, operation }) {
    checkTarget(target);
    const notAfter = operation?.notAfter;
    if (notAfter !== undefined && timestampMs(notAfter) < Date.now()) throw leaseExpired();
    const done = { changed: false, message: "nothing is managed" };
    return { result: { outcome: { case: "done", value: done }, precondition: operation?.precondition ?? "" } };
  },
};
