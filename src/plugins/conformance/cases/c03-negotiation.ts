import { equals } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { GetDriverInfoResponseSchema } from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { PROTOCOL_PACKAGES } from "../../handshake.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { refusalOf } from "../refusal.ts";
import { hold } from "../verdict.ts";

/** C03: what the core may bring along, and what it must have. */
export const negotiationCase: ConformanceCase = {
  id: "C03",
  title: "Ignores capabilities of the core it doesn't know; refuses a core that speaks another protocol",
  async run(world) {
    const { signal } = world;
    const coreCapabilities = [{ name: "conformance.unknown", parameters: { colours: { values: ["green"] } } }];
    const request = { coreVersion: "0.0.0", protocolPackages: ["bedplate.driver.v999", ...PROTOCOL_PACKAGES] };
    const info = await world.driver.getDriverInfo({ ...request, coreCapabilities }, { signal });
    hold(
      equals(GetDriverInfoResponseSchema, info, await world.info()),
      "GetDriverInfo answered differently to a core with an unknown capability",
    );
    const foreign = { coreVersion: "0.0.0", protocolPackages: ["bedplate.driver.v999"] };
    const call = world.driver.getDriverInfo(foreign, { signal });
    const { rawMessage } = await refusalOf("a core that speaks only bedplate.driver.v999", call, [
      Code.FailedPrecondition,
    ]);
    hold(rawMessage.includes("bedplate.driver.v1"), "the refusal doesn't name the protocol the driver speaks");
  },
};
