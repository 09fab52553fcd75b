import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import type { ConformanceCase } from "../conformance-case.ts";
import { refusalOf } from "../refusal.ts";

/** C04: options nobody declared. */
export const unknownOptionCase: ConformanceCase = {
  id: "C04",
  title: "Refuses a target's option it doesn't know with INVALID_ARGUMENT",
  async run(world) {
    const target = await world.target();
    const strange = { ...target, options: { ...target.options, "conformance-unknown": "1" } };
    const call = world.driver.probe({ target: strange }, { signal: world.signal });
    await refusalOf("a target with an unknown option", call, [Code.InvalidArgument], ErrorReason.INVALID_FIELD);
  },
};
