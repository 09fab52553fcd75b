import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client, Transport } from "@connectrpc/connect";
import type { DriverService, GetDriverInfoResponse } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import {
  type NetworkDriverService,
  PortMode,
  type PortsSpecSchema,
} from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import type { ServerDriverService } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpecSchema } from "../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { SiteSpecSchema } from "../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { TargetSchema } from "../../../gen/bedplate/driver/v1/target_pb.js";
import type { PluginProcess } from "../plugin-process.ts";
import type { Observations } from "./observations.ts";

/** Kinds of driver the suite knows. */
export type ConformanceKind = "server" | "network";

/** A target as the suite hands it to the driver. */
export type TargetInit = MessageInitShape<typeof TargetSchema>;

/** What the driver is asked to bring about. Cases that need a part that isn't given are skipped. */
export type ConformanceSpec = {
  /** For server drivers: networks the target may be given. */
  readonly site?: MessageInitShape<typeof SiteSpecSchema>;
  /** For server drivers: a machine the target knows; it is planned for, never touched. */
  readonly server?: MessageInitShape<typeof ServerSpecSchema>;
  /** For network drivers: the ports of one server. */
  readonly ports?: MessageInitShape<typeof PortsSpecSchema>;
};

/** A second process of the plugin under test, which the case ends. */
export type AnotherPlugin = { readonly process: PluginProcess; readonly transport: Transport };

/** What a case works with. */
export interface ConformanceWorld {
  readonly kind: ConformanceKind;
  readonly driver: Client<typeof DriverService>;
  readonly server: Client<typeof ServerDriverService>;
  readonly network: Client<typeof NetworkDriverService>;
  /** The transport under the clients; what goes through it is among the observations. */
  readonly transport: Transport;
  readonly spec: ConformanceSpec;
  /** What the driver has answered so far, and what it has said. */
  readonly observations: Observations;
  /** How long the plugin may take to end when it is told to, in milliseconds. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  info(): Promise<GetDriverInfoResponse>;
  /** The target; skips the case when none was given and the driver can't do without. */
  target(): Promise<TargetInit>;
  /** Starts the plugin once more; skips the case when only a socket was given. */
  another(): Promise<AnotherPlugin>;
}

/** One rule and how it is checked. */
export type ConformanceCase = {
  /** Its id, such as "C02"; stable. */
  readonly id: string;
  /** The rule, in one line. */
  readonly title: string;
  /** Kinds of driver it applies to; all when absent. */
  readonly kinds?: readonly ConformanceKind[];
  /** Resolves when the rule holds; throws CaseFailed or CaseSkipped. */
  run(world: ConformanceWorld): Promise<void>;
};

/** The ports the suite asks network drivers for: those given, or the production ports of a server nobody has. */
export function portsOf(spec: ConformanceSpec): MessageInitShape<typeof PortsSpecSchema> {
  return spec.ports ?? { server: { name: "conformance" }, mode: PortMode.PRODUCTION };
}
