import { DEFAULT_CONFIG } from "../config.ts";
import { invalidFields } from "../http/api-error.ts";
import type { Form } from "../http/form.ts";
import type { DeployRequest } from "../lifecycle/deploy.ts";
import type { Machine } from "../machine.ts";
import type { Image, SimState } from "../state.ts";

/** The parameters of a deployment. */
export const DEPLOY_FIELDS = [
  "osystem",
  "distro_series",
  "hwe_kernel",
  "user_data",
  "comment",
  "agent_name",
  "bridge_all",
  "bridge_type",
  "bridge_stp",
  "bridge_fd",
  "install_kvm",
  "register_vmhost",
  "ephemeral_deploy",
  "enable_kernel_crash_dump",
  "enable_hw_sync",
  "vcenter_registration",
];

/** The features of a deployment that the simulator does not imitate: it takes them switched off only. */
const UNBUILT = ["bridge_all", "install_kvm", "register_vmhost", "vcenter_registration"];

/** Reads the parameters of a deployment. Throws a 400 for an image or kernel that is not there. */
export function deployRequest(state: SimState, machine: Machine, form: Form): DeployRequest {
  for (const field of UNBUILT) {
    if (form.boolean(field)) form.fail(field, "The simulator does not imitate this option.");
  }
  form.boolean("bridge_stp");
  form.integer("bridge_fd", { min: 0, max: 30 });
  form.choice("bridge_type", ["standard", "ovs"]);
  form.boolean("enable_kernel_crash_dump");
  const ephemeral = form.boolean("ephemeral_deploy") ?? false;
  const hwSync = form.boolean("enable_hw_sync") ?? false;
  form.check();
  const image = imageField(state, machine, form);
  const wanted = form.text("hwe_kernel");
  const kernel = wanted ? image.kernels.find((name) => name === wanted) : image.kernels[0];
  if (kernel === undefined) {
    throw invalidFields({
      hwe_kernel: [`${wanted} is not available for ${image.name} on ${machine.architecture}.`],
    });
  }
  return {
    image,
    kernel,
    userData: form.text("user_data") ?? "",
    ephemeral,
    hwSync,
    agentName: form.text("agent_name"),
  };
}

function imageField(state: SimState, machine: Machine, form: Form): Image {
  const config = (name: string) => String(state.config.get(name) ?? DEFAULT_CONFIG[name] ?? "");
  const sent = form.text("distro_series") || config("default_distro_series");
  const osystem = form.text("osystem") || config("default_osystem");
  const name = sent.includes("/") ? sent : `${osystem}/${sent}`;
  const images = [...state.images.values()].filter((image) =>
    machine.architecture.startsWith(`${image.architecture}/`),
  );
  const image = images.find((candidate) => candidate.name === name);
  if (image !== undefined) return image;
  const choices = ["", ...images.map((candidate) => candidate.name)].map((choice) => `'${choice}'`).join(", ");
  throw invalidFields({
    distro_series: [`'${sent}' is not a valid distro_series.  It should be one of: ${choices}.`],
  });
}
