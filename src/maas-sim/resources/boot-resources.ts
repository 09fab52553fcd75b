import { noSuch } from "../http/api-error.ts";
import { json, text } from "../http/reply.ts";
import { operation, query, type Resource, read } from "../http/resource.ts";
import type { Image } from "../state.ts";
import { API } from "../views/network-view.ts";

function typeName(image: Image): "Synced" | "Uploaded" {
  return image.name.startsWith("custom/") ? "Uploaded" : "Synced";
}

/** Each kernel of an image is a resource of its own: the architecture has it as its suffix. */
function views(image: Image) {
  const { name, title } = image;
  return image.kernels.map((kernel, index) => {
    const id = image.id * 100 + index;
    return {
      id,
      type: typeName(image),
      name,
      title,
      architecture: `${image.architecture}/${kernel}`,
      subarches: kernel,
      platform: "generic",
      last_deployed: null,
      resource_uri: `${API}/boot-resources/${id}/`,
    };
  });
}

/** `boot-resources/` and `boot-resources/{id}/`. */
export const imageResources: readonly Resource[] = [
  {
    handler: "BootResourcesHandler",
    path: "boot-resources/",
    actions: [
      read(["type"], ({ form, sim }) => {
        const type = form.choice("type", ["all", "synced", "uploaded"]) ?? "all";
        form.check();
        const all = [...sim.state.images.values()].flatMap(views);
        return json(all.filter((view) => type === "all" || view.type.toLowerCase() === type));
      }),
      query("is_importing", [], ({ sim }) => json(sim.state.imports.running)),
      operation("import", [], ({ sim }) => {
        sim.state.imports.running = sim.state.imports.incomplete.size > 0;
        return text("Import of boot resources started");
      }),
      operation("stop_import", [], ({ sim }) => {
        sim.state.imports.running = false;
        return text("Import of boot resources is being stopped");
      }),
    ],
  },
  {
    handler: "BootResourceHandler",
    path: "boot-resources/{id}/",
    actions: [
      read([], ({ arg, sim }) => {
        const view = [...sim.state.images.values()].flatMap(views).find(({ id }) => String(id) === arg("id"));
        if (view === undefined) throw noSuch("BootResource");
        const complete = !sim.state.imports.incomplete.has(view.name);
        const progress = complete ? {} : { progress: 50 };
        const file = (filetype: string) => ({
          filename: filetype,
          filetype,
          size: 1,
          sha256: "",
          complete,
          ...progress,
        });
        const files = Object.fromEntries(["boot-kernel", "boot-initrd", "squashfs"].map((name) => [name, file(name)]));
        return json({
          ...view,
          sets: { "20260101": { version: "20260101", label: "stable", size: 3, complete, ...progress, files } },
        });
      }),
    ],
  },
];
