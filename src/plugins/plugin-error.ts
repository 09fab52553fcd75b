import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema, ErrorReason, RetryKind } from "../../gen/bedplate/type/v1/error_pb.js";

/** Nothing reached the plugin, or nothing came back: UNAVAILABLE, PLUGIN_UNAVAILABLE, to be tried again after the delay. */
export function pluginUnavailable(plugin: string, message: string, retryMs: number): ConnectError {
  return typed(message, Code.Unavailable, ErrorReason.PLUGIN_UNAVAILABLE, plugin, retryMs);
}

/** All calls the plugin takes at a time are taken: UNAVAILABLE, TARGET_BUSY. Nothing was sent. */
export function pluginBusy(plugin: string, limit: number): ConnectError {
  const message = `plugin "${plugin}" has ${limit} calls under way, as many as it takes; try again`;
  return typed(message, Code.Unavailable, ErrorReason.TARGET_BUSY, plugin, 1_000);
}

/** The host is closing: UNAVAILABLE, SHUTTING_DOWN. Nothing was sent. */
export function hostClosing(plugin: string): ConnectError {
  const message = `plugin "${plugin}" is being stopped, as Bedplate is; call again once it runs`;
  return typed(message, Code.Unavailable, ErrorReason.SHUTTING_DOWN, plugin, 1_000);
}

/** No plugin of that name: NOT_FOUND with the names there are. */
export function unknownPlugin(plugin: string, known: readonly string[]): ConnectError {
  return new ConnectError(`there is no plugin "${plugin}"`, Code.NotFound, undefined, [
    {
      desc: ErrorDetailSchema,
      value: { reason: ErrorReason.NOT_FOUND, subject: plugin, hint: `use one of: ${known.join(", ")}` },
    },
  ]);
}

/** The plugin's answer breaks the bounds of its contract: INTERNAL. `fault` names the field and its rule, never its value. */
export function contractBroken(plugin: string, method: string, fault: string): ConnectError {
  const message = `plugin "${plugin}" broke its contract: the answer of ${method} has ${fault}`;
  return new ConnectError(message, Code.Internal, undefined, [
    {
      desc: ErrorDetailSchema,
      value: {
        reason: ErrorReason.INTERNAL,
        subject: plugin,
        retry: { kind: RetryKind.AFTER_CHANGE },
        hint: "run `bedplate driver test` on it and tell its author",
      },
    },
  ]);
}

/** Whether an error carries the one typed detail, as everything a well-behaved plugin itself answers does. */
export function isTyped(error: ConnectError): boolean {
  return error.findDetails(ErrorDetailSchema).length > 0;
}

function typed(message: string, code: Code, reason: ErrorReason, subject: string, retryMs: number): ConnectError {
  return new ConnectError(message, code, undefined, [
    {
      desc: ErrorDetailSchema,
      value: { reason, subject, retry: { kind: RetryKind.AFTER, delay: durationFromMs(Math.ceil(retryMs)) } },
    },
  ]);
}
