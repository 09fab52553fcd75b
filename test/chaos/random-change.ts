import type { JsonObject } from "@bufbuild/protobuf";
import type { Random } from "../fuzz/random.ts";
import type { ChangeWords, Declaration } from "./attempt.ts";

/** The design everybody changes. */
export const DESIGN = "lab";

/** The layer of API clients, where single items are changed. */
export const API_LAYER = "manual";

// Three of them of equal rank, which may contradict each other.
const layers = ["site", "design", "formation", "formation", "hardware", "site", "extra", API_LAYER] as const;
const profiles = ["base", "p1", "p2", "p3"] as const;
const nodes = ["n000", "n001", "n002", "n003", "n004", "n005"] as const;

/** What a call to change single items may say. */
export type ItemWords = ChangeWords & { readonly how: "create" | "update" | "tag" | "delete" | "batch" };

/** A change of single items in the layer of API clients. */
export function randomItemChange(random: Random): ItemWords {
  const nothing = { layers: [API_LAYER], replaces: false, declarations: [], deletions: [] };
  const one = { layer: API_LAYER, ...randomItem(random) };
  const key = { layer: API_LAYER, kind: one.kind, name: one.name };
  const isTagged = one.kind === "Node" || one.kind === "HostProfile";
  const how = random.of(["create", "update", isTagged ? "tag" : "update", "delete", "batch"] as const);
  if (how === "tag") return { ...nothing, how, tagged: [{ ...key, tags: [random.of(["x", "y", "z"])] }] };
  if (how === "delete") return { ...nothing, how, deletions: [key] };
  if (how !== "batch") return { ...nothing, how, declarations: [one] };
  const deletion = { layer: API_LAYER, ...randomKey(random) };
  const isSame = deletion.kind === one.kind && deletion.name === one.name;
  return { ...nothing, how, declarations: [one], deletions: isSame ? [] : [deletion] };
}

/**
 * A change somebody might make to a small design: items that inherit from, refer to and contradict each other, so that nearly every change reaches items it doesn't
 * mention, and every other revision has errors.
 */
export function randomChange(random: Random): ChangeWords {
  const written = random.onceIn(4) ? [random.of(layers), random.of(layers)] : [random.of(layers)];
  const used = [...new Set(written)];
  // The layer that holds the site's ground is patched only, or there would soon be no design to speak of; and that of API clients is never replaced.
  const replaces = !used.includes("site") && !used.includes(API_LAYER) && random.onceIn(4);
  const count = replaces ? random.below(6) : 1 + random.below(3);
  const given = new Map<string, Declaration>();
  for (let index = 0; index < count; index++) {
    const one = { layer: random.of(used), ...randomItem(random) };
    given.set(`${one.layer}/${one.kind}/${one.name}`, one);
  }
  const deletions = random.onceIn(3) ? [{ layer: random.of(used), ...randomKey(random) }] : [];
  // A change that gives and deletes the same declaration has no one meaning.
  const kept = deletions.filter(({ layer, kind, name }) => !given.has(`${layer}/${kind}/${name}`));
  return { layers: used, replaces, declarations: [...given.values()], deletions: kept };
}

function randomKey(random: Random): { kind: string; name: string } {
  if (random.onceIn(2)) return { kind: "Node", name: random.of(nodes) };
  return { kind: "HostProfile", name: random.of(profiles.slice(1)) };
}

function randomItem(random: Random): { kind: string; name: string; spec: JsonObject } {
  const metadata = {
    tags: [random.of(["a", "b", "!a", "c"])],
    ...(random.onceIn(2) && { rack: random.of(["r1", "r1", "r2"]) }),
  };
  switch (random.below(5)) {
    case 0:
    case 1: {
      const name = random.of(nodes);
      const own = nodes.indexOf(name);
      const address = `10.0.0.${10 + (random.onceIn(6) ? random.below(8) : own)}`;
      const spec = { host_profile: random.of(profiles), addressing: [{ network: "mgmt", address }], metadata };
      return { kind: "Node", name, spec };
    }
    case 2: {
      const own = 1 + random.below(profiles.length - 1);
      const parent = random.of(random.onceIn(8) ? profiles : profiles.slice(0, own));
      const spec = { host_profile: parent, metadata, platform: { image: random.of(["jammy", "noble"]) } };
      return { kind: "HostProfile", name: profiles[own] ?? "p1", spec };
    }
    case 3:
      return { kind: "Rack", name: random.of(["r1", "r2"]), spec: { local_networks: [random.of(["mgmt", "pxe"])] } };
    default:
      return { kind: "Network", name: "mgmt", spec: { mtu: 1400 + random.below(3) } };
  }
}
