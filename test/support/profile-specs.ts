import type { Tree } from "../../src/design/tree.ts";
import { fc } from "./property.ts";

/** A specification as a document writes it. */
export type Spec = Record<string, Tree>;

const names = ["a", "b", "c", "d"] as const;
const name = fc.constantFrom(...names);

/** A field that is there or not. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
/** Names, and perhaps removals of names. */
export const removableNames = (removals: boolean) =>
  fc.uniqueArray(
    removals
      ? fc.oneof(
          name,
          name.map((each) => `!${each}`),
        )
      : name,
    { maxLength: 4 },
  );
const texts = (removals: boolean) =>
  fc.dictionary(
    removals
      ? fc.oneof(
          name,
          name.map((each) => `!${each}`),
        )
      : name,
    fc.constantFrom("1", "2"),
    { maxKeys: 4 },
  );
const text = (removals: boolean) => fc.constantFrom("x", "y", ...(removals ? ["!"] : []));

function members(removals: boolean, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown[]> {
  const member = fc.record({ name, ...fields }, { requiredKeys: ["name"] });
  const removed = name.map((each) => ({ name: `!${each}` }));
  return fc.uniqueArray(removals ? fc.oneof({ weight: 3, arbitrary: member }, removed) : member, {
    maxLength: 4,
    selector: (each) => each.name,
  });
}

/** What a host profile says, its parent apart: fields of every shape, and perhaps removals. */
export function profileSpec(removals: boolean): fc.Arbitrary<Spec> {
  return fc
    .record({
      platform: maybe(fc.record({ image: text(removals), kernel_params: texts(removals) }, { requiredKeys: [] })),
      metadata: maybe(fc.record({ tags: removableNames(removals), owner_data: texts(removals) }, { requiredKeys: [] })),
      interfaces: maybe(
        members(removals, {
          device_link: maybe(text(removals)),
          slaves: removableNames(removals),
          labels: texts(removals),
        }),
      ),
      storage: maybe(
        fc.record({
          physical_devices: members(removals, {
            volume_group: text(removals),
            partitions: members(removals, { size: text(removals) }),
          }),
        }),
      ),
    })
    .map((spec) => JSON.parse(JSON.stringify(spec)) as Spec);
}
