import { status as Status } from "@grpc/grpc-js";
import { DriverKind, type DriverService } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { DriverError } from "./driver-error.ts";
import type { Handlers } from "./grpc-service.ts";
import { checkTarget } from "./target.ts";

const PROTOCOL_PACKAGE = "bedplate.driver.v1";

/** What every plugin serves: who it is, and whether it can work with a target. */
export const driverService: Handlers<typeof DriverService> = {
  getDriverInfo({ protocolPackages }) {
    if (!protocolPackages.includes(PROTOCOL_PACKAGE)) {
      const theirs = protocolPackages.join(", ") || "none";
      const message = `this driver speaks ${PROTOCOL_PACKAGE}, the core ${theirs}; use a matching driver`;
      throw new DriverError(Status.FAILED_PRECONDITION, message, { reason: ErrorReason.CAPABILITY_UNDECLARED });
    }
    return {
      name: "dev.bedplate.noop-network",
      version: "0.1.0",
      vendor: "Bedplate",
      documentationUrl: "docs/driver-protocol.md",
      kinds: [DriverKind.NETWORK],
      protocolPackages: [PROTOCOL_PACKAGE],
      limits: { maxInFlight: 64 },
    };
  },
  probe({ target }) {
    checkTarget(target);
    return { message: "nothing is managed" };
  },
};
