import { conflict, invalidFields } from "../http/api-error.ts";
import { json } from "../http/reply.ts";
import { type Action, type Call, operation } from "../http/resource.ts";
import { abort } from "../lifecycle/abort.ts";
import { markBroken, markFixed } from "../lifecycle/broken.ts";
import { commission, startTesting } from "../lifecycle/commission.ts";
import { checkDeployConfiguration, checkDeployState, deploy } from "../lifecycle/deploy.ts";
import { discoverNetwork } from "../lifecycle/discover-network.ts";
import { checkReleasable, release } from "../lifecycle/release.ts";
import { enterRescue, exitRescue } from "../lifecycle/rescue.ts";
import type { Machine } from "../machine.ts";
import {
  COMMISSION_FIELDS,
  commissionOptions,
  isScriptParameter,
  testingScripts,
} from "../machines/commission-form.ts";
import { DEPLOY_FIELDS, deployRequest } from "../machines/deploy-form.ts";
import { switchPower } from "../power/bmc.ts";
import { mayBecome, STATUS, type Status, statusName } from "../status.ts";
import { isOwner, machineView } from "../views/machine-view.ts";
import { machineForNetwork, machineOf } from "./machine-scope.ts";

const show = (call: Call, machine: Machine) => json(machineView(call.sim.state, machine));

const RUNNING: readonly Status[] = [STATUS.ALLOCATED, STATUS.DEPLOYED];
const LOCKABLE: readonly Status[] = [STATUS.DEPLOYED, STATUS.DEPLOYING];

function commissionMachine(call: Call) {
  const machine = machineOf(call);
  const options = commissionOptions(call.sim, call.form);
  call.form.check();
  commission(call.sim, machine, options);
  return show(call, machine);
}

function testMachine(call: Call) {
  const machine = machineOf(call);
  call.form.boolean("enable_ssh");
  const scripts = testingScripts(call.sim, call.form);
  call.form.check();
  if (!mayBecome(machine.status, STATUS.TESTING) || machine.status === STATUS.COMMISSIONING) {
    throw invalidFields({ __all__: ["Test is not available because of the current state of the node."] });
  }
  startTesting(call.sim, machine, scripts, machine.status);
  return show(call, machine);
}

function deployMachine(call: Call) {
  const machine = machineOf(call);
  checkDeployState(machine);
  const request = deployRequest(call.sim.state, machine, call.form);
  checkDeployConfiguration(machine, request.ephemeral);
  deploy(call.sim, machine, request);
  return show(call, machine);
}

function releaseMachine(call: Call) {
  const machine = machineOf(call);
  const [erase] = ["erase", "secure_erase", "quick_erase"].map((field) => call.form.boolean(field));
  call.form.boolean("force");
  call.form.check();
  checkReleasable(machine);
  const always = call.sim.state.config.get("enable_disk_erasing_on_release") === true;
  release(call.sim, machine, erase ?? always);
  return show(call, machine);
}

function lock(call: Call, locked: boolean) {
  const machine = machineOf(call);
  if (!LOCKABLE.includes(machine.status)) {
    throw conflict(`Can't lock or unlock a machine that is in the '${statusName(machine.status)}' state`);
  }
  machine.locked = locked;
  return show(call, machine);
}

function powerOn(call: Call) {
  const machine = machineOf(call);
  if (!RUNNING.includes(machine.status)) {
    throw conflict(`Can't power on a machine that is in the '${statusName(machine.status)}' state: allocate it first.`);
  }
  switchPower(machine, "on");
  return show(call, machine);
}

function powerOff(call: Call) {
  const machine = machineOf(call);
  call.form.choice("stop_mode", ["hard", "soft"]);
  call.form.check();
  switchPower(machine, "off");
  return show(call, machine);
}

function annotate(call: Call, needsOwner: boolean) {
  const machine = machineOf(call);
  if (needsOwner && !isOwner(machine))
    throw conflict("Owner data can be set only after the machine has been allocated.");
  for (const key of call.form.names) {
    const value = call.form.text(key) ?? "";
    if (key.length > 255 || value.length > 4096) call.form.fail(key, "A key may have 255 characters, a value 4096.");
  }
  call.form.check();
  for (const key of call.form.names) {
    const value = call.form.text(key) ?? "";
    if (value === "") machine.annotations.delete(key);
    else machine.annotations.set(key, value);
  }
  return show(call, machine);
}

const anyField = (op: string, run: Action["run"]): Action => ({ ...operation(op, [], run), acceptsOther: () => true });

const withScripts = (op: string, accepts: readonly string[], run: Action["run"]): Action => ({
  ...operation(op, accepts, run),
  acceptsOther: isScriptParameter,
});

/** The operations of a machine that move it through its states, or need a state. */
export const machineLifecycle: readonly Action[] = [
  withScripts("commission", COMMISSION_FIELDS, commissionMachine),
  withScripts("test", ["enable_ssh", "testing_scripts"], testMachine),
  operation("abort", ["comment"], (call) => {
    const machine = machineOf(call);
    abort(call.sim, machine);
    return show(call, machine);
  }),
  operation("deploy", DEPLOY_FIELDS, deployMachine),
  operation("release", ["erase", "secure_erase", "quick_erase", "force", "comment"], releaseMachine),
  operation("rescue_mode", [], (call) => {
    const machine = machineOf(call);
    enterRescue(call.sim, machine);
    return show(call, machine);
  }),
  operation("exit_rescue_mode", [], (call) => {
    const machine = machineOf(call);
    exitRescue(call.sim, machine);
    return show(call, machine);
  }),
  operation("lock", ["comment"], (call) => lock(call, true)),
  operation("unlock", ["comment"], (call) => lock(call, false)),
  operation("mark_broken", ["comment", "error_description"], (call) => {
    const machine = machineOf(call);
    markBroken(call.sim, machine, call.form.text("comment") ?? call.form.text("error_description") ?? "");
    return show(call, machine);
  }),
  operation("mark_fixed", ["comment"], (call) => {
    const machine = machineOf(call);
    markFixed(call.sim, machine);
    return show(call, machine);
  }),
  operation("override_failed_testing", ["comment"], (call) => {
    const machine = machineOf(call);
    if (machine.status !== STATUS.FAILED_TESTING) {
      throw conflict(`Cannot override failed tests in current state: ${statusName(machine.status)}`);
    }
    machine.status = machine.osystem === "" ? STATUS.READY : STATUS.DEPLOYED;
    return show(call, machine);
  }),
  operation("power_on", ["comment"], powerOn),
  operation("power_off", ["stop_mode", "comment"], powerOff),
  anyField("set_workload_annotations", (call) => annotate(call, false)),
  anyField("set_owner_data", (call) => annotate(call, true)),
  operation("restore_networking_configuration", [], (call) => {
    const machine = machineOf(call);
    if (machine.status !== STATUS.READY && machine.status !== STATUS.ALLOCATED) {
      throw conflict("Machine must be in a ready or allocated state to restore networking configuration");
    }
    if (machine.hardware !== null) discoverNetwork(call.sim.state, machine, machine.hardware, false);
    return show(call, machine);
  }),
  operation("clear_default_gateways", [], (call) => {
    const machine = machineForNetwork(call, "clear default gateways of an");
    machine.gatewayLink4 = null;
    machine.gatewayLink6 = null;
    return show(call, machine);
  }),
];
