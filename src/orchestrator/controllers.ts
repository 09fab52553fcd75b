import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { OobDriverService, type OobSubjectSchema } from "../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import type { PowerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { controllerAccess, oobDriverOf } from "../plan/drivers-of.ts";
import type { DesignSnapshot } from "./design-snapshot.ts";
import type { DriverAccess } from "./drivers/driver-access.ts";
import type { SecretResolver } from "./drivers/secret-resolver.ts";

/** A machine's management controller, as an OOB driver gets it. */
export type OobSubjectInit = MessageInitShape<typeof OobSubjectSchema>;

/** Reaches the management controllers (BMCs) of nodes through the site's OOB driver. */
export interface Controllers {
  /** The password of a node's controller, undefined when the design names none. Throws SECRET_UNAVAILABLE. */
  credential(snapshot: DesignSnapshot, node: string, signal: AbortSignal): Promise<string | undefined>;
  /** A node's controller with its password. */
  subject(snapshot: DesignSnapshot, node: string, signal: AbortSignal): Promise<OobSubjectInit>;
  /** Whether a node has power, as its controller says. Throws as the driver does. */
  powerOf(snapshot: DesignSnapshot, node: string, signal: AbortSignal): Promise<PowerState>;
  /** The same of many nodes; a node without a controller, or whose controller doesn't answer in time, is absent. */
  power(
    snapshot: DesignSnapshot,
    nodes: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, PowerState>>;
}

/** What reaching controllers needs. */
export interface ControllersOptions {
  readonly drivers: DriverAccess;
  readonly secrets: SecretResolver;
  readonly state: () => Client<typeof DesignStateService>;
  /** Deadline of one call, and of a look at many controllers, in milliseconds. */
  readonly callMs: number;
  readonly observeMs: number;
}

/** Makes the way to controllers. */
export function createControllers({ drivers, secrets, state, callMs, observeMs }: ControllersOptions): Controllers {
  const controllers: Controllers = {
    async credential({ design, specOf }, node, signal) {
      const { spec, oobCredential } = specOf(node);
      if (oobCredential === undefined || spec.oob === undefined) return undefined;
      const { ref, literal } = oobCredential;
      if (typeof literal === "string") return literal;
      const unseal = async (sealed: string): Promise<string> =>
        (await state().unsealSecret({ design, ref: sealed }, { signal })).value;
      return secrets.resolve(String(ref), `the BMC of node ${node}`, unseal);
    },

    async subject(snapshot, node, signal) {
      const { spec } = snapshot.specOf(node);
      const credential = await controllers.credential(snapshot, node, signal);
      return {
        server: spec.identity ?? { name: node },
        oob: { ...spec.oob, ...(credential !== undefined && { credential }) },
      };
    },

    async powerOf(snapshot, node, signal) {
      const subject = await controllers.subject(snapshot, node, signal);
      const { power } = await drivers.call(oobDriverOf(snapshot.view), OobDriverService, signal, (client, target) =>
        client.getPower({ target, subject }, { signal, timeoutMs: callMs }),
      );
      return power;
    },

    async power(snapshot, nodes, signal) {
      const found = new Map<string, PowerState>();
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(observeMs)]);
      await Promise.all(
        nodes.map(async (node) => {
          if (!controllerAccess(snapshot.view, node).exists) return;
          const power = await controllers.powerOf(snapshot, node, inTime).catch(() => {
            // A controller that doesn't answer now may answer when it is its turn; the step will say if it doesn't.
            signal.throwIfAborted();
            return undefined;
          });
          if (power !== undefined) found.set(node, power);
        }),
      );
      return found;
    },
  };
  return controllers;
}
