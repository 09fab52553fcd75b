import type { OobDriverService, OobSubject } from "../../../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import type { PowerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { Target } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import type { SeenResult, WorldQuestion } from "../world/calls.ts";
import { chance } from "../world/chance.ts";
import { invalid } from "../world/refusal.ts";
import type { Caller, Handlers } from "./grpc-service.ts";
import { ensureResult, worldOperation } from "./messages.ts";
import type { Worlds } from "./worlds.ts";

/** Controls the machines of simulated worlds out of band, whether or not anybody has commissioned them. */
export function oobDriverService(worlds: Worlds): Handlers<typeof OobDriverService> {
  const ensure = async (target: Target | undefined, question: WorldQuestion, caller: Caller) => ({
    result: ensureResult(await worlds.ask<SeenResult>(target, question, caller)),
  });
  const read = (target: Target | undefined, name: string, caller: Caller) =>
    worlds.ask<{ power: PowerState }>(target, { do: "getPower", name }, caller);
  return {
    async getPower({ target, subject }, caller) {
      return { power: (await read(target, nameOf(subject), caller)).power };
    },
    ensurePower({ target, subject, power, operation }, caller) {
      const name = nameOf(subject);
      return ensure(target, { do: "power", name, power, operation: worldOperation(operation, name) }, caller);
    },
    ensureBootDevice({ target, subject, device, persistent, operation }, caller) {
      const name = nameOf(subject);
      const asked = { do: "boot", name, device, persistent, operation: worldOperation(operation, name) } as const;
      return ensure(target, asked, caller);
    },
    resetPower({ target, subject, operation }, caller) {
      const name = nameOf(subject);
      return ensure(target, { do: "reset", name, operation: worldOperation(operation, name) }, caller);
    },
    async listFirmware({ target, subject }, caller) {
      await read(target, nameOf(subject), caller);
      return { versions: { bios: "1.0.0", bmc: "2.0.0" } };
    },
    async listSensors({ target, subject }, caller) {
      const name = nameOf(subject);
      await read(target, name, caller);
      const degrees = 20 + Math.floor(chance(1, "inlet", name) * 10);
      return { readings: { inlet: `${degrees} degrees C`, cpu: `${degrees + 20} degrees C`, fan1: "6000 rpm" } };
    },
  };
}

function nameOf(subject: OobSubject | undefined): string {
  const name = subject?.server?.name ?? "";
  if (name === "") throw invalid("subject.server.name", "the call names no machine");
  return name;
}
