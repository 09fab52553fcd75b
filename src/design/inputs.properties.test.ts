import { expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { fc } from "../../test/support/property.ts";
import { type Evaluation, evaluateDesign } from "./evaluate-design.ts";
import type { Tree, TreeMap } from "./tree.ts";

type Declared = Readonly<Record<string, TreeMap>>;

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields).map((each) => JSON.parse(JSON.stringify(each)) as TreeMap);
const networkName = fc.constantFrom("a", "b", "c");
const domain = fc.constantFrom("d", "e");
const route = fc.oneof(
  record({ subnet: fc.constantFrom("0.0.0.0/0", "10.1.0.0/24"), gateway: fc.constantFrom("10.0.0.1", "10.9.0.1") }),
  record({ route_domain: domain, gateway: some(fc.constant("10.0.0.1")), metric: some(fc.constantFrom(1, 2)) }),
);
const network = record({
  cidr: some(fc.constantFrom("10.0.0.0/24", "10.1.0.0/24", "10.2.0.0/24", "2001:db8::/64")),
  route_domain: some(domain),
  routes: some(fc.array(route, { maxLength: 2 })),
  dns: some(
    record({ domain: some(fc.constantFrom("x.example", "y.example")), servers: some(fc.constant(["10.0.0.9"])) }),
  ),
});
const host = {
  host_profile: some(fc.constantFrom("p", "q", "r")),
  hardware_profile: some(fc.constantFrom("h", "i")),
  primary_network: some(networkName),
  platform: some(record({ kernel_params: some(record({ isolcpus: some(fc.constant("hardwareprofile:cpuset.s")) })) })),
};
const node = record({
  ...host,
  addressing: some(
    fc.uniqueArray(record({ network: networkName, address: fc.constant("dhcp") }), {
      selector: (each) => each.network,
    }),
  ),
});
const hardware = record({ cpu_sets: some(record({ s: some(fc.constantFrom("1-3", "4-7")) })) });
const site = record({ domain: some(fc.constantFrom("s.example", "t.example")) });

const kinds: Readonly<Record<string, fc.Arbitrary<TreeMap>>> = {
  ...{ "Site/s": site, "Site/t": site },
  ...{ "Network/a": network, "Network/b": network, "Network/c": network },
  ...{ "HardwareProfile/h": hardware, "HardwareProfile/i": hardware },
  ...{ "HostProfile/p": record(host), "HostProfile/q": record(host), "HostProfile/r": record(host) },
  ...{ "Node/m": node, "Node/n": node },
};

/** A design, and one of its items as it is said next: another way, for the first time, or not any more. */
const changed = fc.tuple(
  fc.record(kinds, { requiredKeys: [] }),
  fc.constantFrom(...Object.keys(kinds)).chain((key) => fc.tuple(fc.constant(key), some(kinds[key] ?? site))),
);

function evaluate(declared: Declared): Evaluation {
  const documents = Object.entries(declared).map(([key, spec]) => {
    const [kind, name] = key.split("/");
    return JSON.stringify({ kind, name, layer: "main", spec });
  });
  return evaluateDesign({ documents: designDocuments(documents.join("\n---\n")), layers: [] });
}

/** What pseudo-inputs stand for. */
function worldOf(evaluation: Evaluation): ReadonlyMap<string, string> {
  const world = new Map<string, string[]>();
  for (const [key, { kind, tree }] of evaluation.items) {
    if (kind === "Site" && !world.has("design/site")) world.set("design/site", [key]);
    const in_ = tree.route_domain;
    if (typeof in_ !== "string") continue;
    world.set(`route-domain/${in_}`, [...(world.get(`route-domain/${in_}`) ?? []), `${key} ${tree.cidr}`]);
  }
  return new Map([...world].map(([key, members]) => [key, members.join()]));
}

it("the inputs of an item hold all that it changes with", () => {
  let touched = 0;
  fc.assert(
    fc.property(changed, ([declared, [key, spec]]) => {
      const { [key]: _, ...others } = declared as Declared;
      const [before, after] = [
        evaluate(declared as Declared),
        evaluate(spec === undefined ? others : { ...others, [key]: spec }),
      ];
      const [was, is] = [worldOf(before), worldOf(after)];
      const moved = new Set([key, ...[...was.keys(), ...is.keys()].filter((each) => was.get(each) !== is.get(each))]);
      for (const [name, item] of before.items) {
        const next: Tree | undefined = after.items.get(name)?.tree;
        if (JSON.stringify(next) === JSON.stringify(item.tree)) continue;
        if (name !== key) touched++;
        expect(
          item.inputs.filter((input) => moved.has(input)),
          `${name} changed with ${key}`,
        ).not.toEqual([]);
      }
    }),
    { numRuns: 1500 },
  );
  expect(touched).toBeGreaterThan(50);
});

it("an item made from the documents of its inputs alone is the same, and explained the same", () => {
  fc.assert(
    fc.property(fc.record(kinds, { requiredKeys: [] }), (drawn) => {
      const declared = drawn as Declared;
      const all = evaluate(declared);
      for (const [key, { kind, name, tree, inputs }] of all.items) {
        const own = evaluate(Object.fromEntries(Object.entries(declared).filter(([each]) => inputs.includes(each))));
        expect(own.items.get(key)?.tree).toEqual(tree);
        for (const field of Object.keys(tree)) {
          const texts = (evaluation: Evaluation) => {
            const { value, rule, item, steps } = evaluation.explain(kind, name, field);
            return { value, rule, item, steps: steps.map(({ message }) => message) };
          };
          expect(texts(own)).toEqual(texts(all));
        }
      }
    }),
    { numRuns: 300 },
  );
});
