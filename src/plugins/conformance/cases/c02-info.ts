import { equals } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { DriverKind, GetDriverInfoResponseSchema } from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { PROTOCOL_PACKAGES } from "../../handshake.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { hold } from "../verdict.ts";

const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** C02: what the driver says of itself. */
export const infoCase: ConformanceCase = {
  id: "C02",
  title: "GetDriverInfo is well-formed and the same every time",
  async run(world) {
    const request = { coreVersion: "0.0.0", protocolPackages: [...PROTOCOL_PACKAGES] };
    const first = await world.driver.getDriverInfo(request, { signal: world.signal });
    const { kind: outcome, violations } = createValidator().validate(GetDriverInfoResponseSchema, first);
    hold(outcome === "valid", `GetDriverInfo answered ${violations?.[0]?.toString() ?? "what can't be checked"}`);
    hold(SEMVER.test(first.version), `the version ${JSON.stringify(first.version)} isn't a semantic version`);
    const wanted = world.kind === "server" ? DriverKind.SERVER : DriverKind.NETWORK;
    hold(first.kinds.includes(wanted), `the driver doesn't say that it is of kind ${world.kind}`);
    const names = first.capabilities.map(({ name }) => name);
    hold(new Set(names).size === names.length, `a capability is declared twice: ${names.join(", ")}`);
    for (let again = 0; again < 2; again++) {
      const next = await world.driver.getDriverInfo(request, { signal: world.signal });
      hold(equals(GetDriverInfoResponseSchema, first, next), "GetDriverInfo answered differently when asked again");
    }
  },
};
