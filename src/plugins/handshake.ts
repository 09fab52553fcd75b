import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { DriverService, type GetDriverInfoResponse } from "../../gen/bedplate/driver/v1/driver_service_pb.js";

/** Protocol packages this Bedplate speaks. */
export const PROTOCOL_PACKAGES: readonly string[] = ["bedplate.driver.v1"];

/** The plugin answered, and what it is can't be worked with: the same program will never do. */
export class HandshakeRefused extends Error {
  override name = "HandshakeRefused";
}

/**
 * Makes the first call to a plugin: who is it, and does it speak a protocol package of ours? Throws HandshakeRefused with
 * one line when it doesn't, and a ConnectError when it doesn't answer by the deadline.
 */
export async function shakeHands(
  plugin: string,
  transport: Transport,
  coreVersion: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<GetDriverInfoResponse> {
  const request = { coreVersion, protocolPackages: [...PROTOCOL_PACKAGES] };
  let info: GetDriverInfoResponse;
  try {
    info = await createClient(DriverService, transport).getDriverInfo(request, options);
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    if (code === Code.Unimplemented) {
      throw new HandshakeRefused(
        `plugin "${plugin}" does not serve ${DriverService.typeName}; install a Bedplate driver`,
      );
    }
    if (code === Code.FailedPrecondition) {
      throw new HandshakeRefused(`plugin "${plugin}" refuses ${PROTOCOL_PACKAGES.join(", ")}: ${rawMessage}`);
    }
    throw error;
  }
  if (!info.protocolPackages.some((name) => PROTOCOL_PACKAGES.includes(name))) {
    const theirs = info.protocolPackages.join(", ") || "no protocol package";
    throw new HandshakeRefused(
      `plugin "${plugin}" speaks ${theirs}, this Bedplate ${PROTOCOL_PACKAGES.join(", ")}; install a matching driver`,
    );
  }
  return info;
}
