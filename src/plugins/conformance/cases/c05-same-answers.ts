import { equals } from "@bufbuild/protobuf";
import { GetDriverInfoResponseSchema } from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { shakeHands } from "../../handshake.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { hold } from "../verdict.ts";

/** C05: one program, one answer. */
export const sameAnswersCase: ConformanceCase = {
  id: "C05",
  title: "Two processes of the same plugin say the same of themselves",
  async run(world) {
    const { process, transport } = await world.another();
    try {
      const theirs = await shakeHands("under-test", transport, "0.0.0", { timeoutMs: 10_000, signal: world.signal });
      const ours = await world.info();
      hold(equals(GetDriverInfoResponseSchema, ours, theirs), "two processes answered GetDriverInfo differently");
    } finally {
      await process.stop(world.graceMs);
    }
  },
};
