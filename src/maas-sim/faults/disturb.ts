import type { Disturb } from "../http/api-server.ts";
import { parseUrlEncoded } from "../http/body-fields.ts";
import type { WireRequest } from "../http/dispatch.ts";
import { forgetMachine } from "../lifecycle/forget-machine.ts";
import type { Sim } from "../sim.ts";
import { API } from "../views/network-view.ts";
import type { FaultAnswer } from "./fault-rule.ts";
import type { Faults } from "./faults.ts";

/** What faults do beside answering otherwise. */
export interface FaultEffects {
  /** Cuts every connection and has nobody answer for so many milliseconds. */
  restart(ms: number): void;
}

/** Lets faults happen to requests of the API; those of the control endpoint are spared. */
export function createDisturb(sim: Sim, faults: Faults, effects: FaultEffects): Disturb {
  return (request) => {
    if (!request.path.startsWith(`${API}/`)) return undefined;
    const fault = faults.of({
      method: request.method,
      path: request.path.slice(API.length + 1),
      op: opOf(request),
    });
    switch (fault?.kind) {
      case "answer":
        return { reply: replyOf(fault.answer) };
      case "delay":
        return { delayMs: fault.ms };
      case "cut":
        return { cut: fault.when };
      case "restart":
        effects.restart(fault.ms);
        return { cut: "before" };
      case "lose":
        lose(sim, fault.machine);
        return undefined;
      default:
        return undefined;
    }
  };
}

/** Of the query, where clients put it, or of a plain form. */
function opOf({ query, contentType, body }: WireRequest): string {
  const asked = new Map(parseUrlEncoded(query)).get("op")?.at(-1);
  if (asked !== undefined || contentType?.startsWith("application/x-www-form-urlencoded") !== true) return asked ?? "";
  return new Map(parseUrlEncoded(body.toString("utf8"))).get("op")?.at(-1) ?? "";
}

function replyOf({ status, body, contentType, retryAfter }: FaultAnswer) {
  const headers = {
    "content-type": contentType,
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    ...(status === 401 && { "www-authenticate": 'OAuth realm="OAuth"' }),
  };
  return { status, headers, body };
}

function lose(sim: Sim, name: string): void {
  const machine = [...sim.state.machines.values()].find(
    ({ hostname, hardware }) => hostname === name || hardware?.spec.hostname === name,
  );
  if (machine !== undefined) forgetMachine(sim, machine);
}
