import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { ControllerAccess } from "./actions/node-step.ts";
import type { DesignView } from "./design-view.ts";
import { PlanningError } from "./planning-error.ts";
import { mapAt, textAt } from "./read-tree.ts";

/** The server driver instance of a node: its own, else the site's. */
export function serverDriverOf(view: DesignView, node: string): string {
  return textAt(view.nodes.get(node) ?? {}, "server_driver") || textAt(view.site, "server_driver") || "maas";
}

/** The driver instance that reaches management controllers; empty when the site names none. */
export function oobDriverOf(view: DesignView): string {
  return textAt(view.site, "oob_driver");
}

/** Whether power of the site is switched by its OOB driver, and not by the provisioner. */
export function isPowerOutOfBand(view: DesignView): boolean {
  return textAt(view.site, "power_owner") === "oob_driver";
}

/** How the site reaches the management controller of a node. */
export function controllerAccess(view: DesignView, node: string): ControllerAccess {
  const type = textAt(mapAt(view.nodes.get(node) ?? {}, "oob"), "type");
  return {
    exists: type !== "" && type !== "manual",
    isReached: oobDriverOf(view) !== "",
    switchesPower: isPowerOutOfBand(view),
  };
}

/** The driver instance that carries a kind of step out on a node; empty when core does it alone. */
export function driverOfStep(view: DesignView, node: string, kind: StepKind): string {
  if (kind === StepKind.VERIFY_NODE) return "";
  const isPower = kind === StepKind.POWER_OFF || kind === StepKind.POWER_ON;
  if (kind === StepKind.VERIFY_OOB || (isPower && isPowerOutOfBand(view))) return oobDriverOf(view);
  return serverDriverOf(view, node);
}

/** Throws PlanningError when nothing of the site can switch power. */
export function requirePowerDriver(view: DesignView): void {
  if (!isPowerOutOfBand(view) || oobDriverOf(view) !== "") return;
  throw new PlanningError("design", [
    {
      rule: "power-without-driver",
      severity: "error",
      message: `power of site ${view.siteName} belongs to an OOB driver, and the site names none`,
      hint: "set oob_driver of the site to a driver instance, or power_owner to server_driver",
      kind: "Site",
      name: view.siteName,
      field: "oob_driver",
      related: [],
    },
  ]);
}
