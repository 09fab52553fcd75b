import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { DesignConsumerService } from "../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import { DesignValidatorService } from "../../gen/bedplate/design/v1/design_validator_service_pb.js";
import type { GetDriverInfoResponse } from "../../gen/bedplate/driver/v1/driver_service_pb.js";
import { HandshakeRefused, shakeHands } from "./handshake.ts";
import type { PluginCommand } from "./plugin-command.ts";

/** What a plugin says of itself. */
export interface PluginGreeting {
  /** Reverse-domain name. */
  readonly name: string;
  /** Semver; empty for a plugin that has none. */
  readonly version: string;
  /** How many calls it takes at a time; 0 when it doesn't say. */
  readonly maxInFlight: number;
  /** All a driver says. */
  readonly driver?: GetDriverInfoResponse;
}

/** How long the first call may take, in milliseconds, and what ends it. */
export interface GreetingOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Makes the first call to a plugin, by which it is known to serve its contract. Throws HandshakeRefused with one line when it doesn't, and a ConnectError when
 * it doesn't answer by the deadline.
 */
export async function greetPlugin(
  { name, contract = "driver" }: PluginCommand,
  transport: Transport,
  coreVersion: string,
  options: GreetingOptions,
): Promise<PluginGreeting> {
  if (contract === "driver") {
    const driver = await shakeHands(name, transport, coreVersion, options);
    return { name: driver.name, version: driver.version, maxInFlight: driver.limits?.maxInFlight ?? 0, driver };
  }
  const service = contract === "validator" ? DesignValidatorService : DesignConsumerService;
  try {
    const info =
      contract === "validator"
        ? await createClient(DesignValidatorService, transport).getValidatorInfo({}, options)
        : await createClient(DesignConsumerService, transport).getConsumerInfo({}, options);
    return { name: info.name, version: "", maxInFlight: 0 };
  } catch (error) {
    if (ConnectError.from(error).code !== Code.Unimplemented) throw error;
    throw new HandshakeRefused(`plugin "${name}" does not serve ${service.typeName}, as a ${contract} does`);
  }
}
