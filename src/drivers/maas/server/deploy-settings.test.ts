import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { ServerSpecSchema } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { deployWrite, kernelCommandLine, kernelTag, planAnnotations, planTags } from "./deploy-settings.ts";
import { powerAddress } from "./find-machine.ts";
import { readMachine } from "./machine.ts";

const machine = readMachine({ system_id: "abc", hostname: "n1", status: 10, tag_names: ["old", "n1_kp"] });

function spec(more: Record<string, unknown> = {}) {
  return create(ServerSpecSchema, { identity: { name: "n1" }, specDigest: "d", ...more });
}

describe("what a machine is deployed with", () => {
  test("kernel parameters are one line in a stable order, flags bare", () => {
    expect(kernelCommandLine({ quiet: "true", console: "ttyS0", "net.ifnames": "0", dyndbg: "file x +p" })).toBe(
      'console=ttyS0 dyndbg="file x +p" net.ifnames=0 quiet',
    );
  });

  test("the size of huge pages comes first and their number right behind it", () => {
    const params = { default_hugepagesz: "1G", hugepages: "16", a: "True", hugepagesz: "1G" };
    expect(kernelCommandLine(params)).toBe("hugepagesz=1G hugepages=16 a default_hugepagesz=1G");
  });

  test("tags are made, set and joined as far as they are missing; others stay", () => {
    const known = [{ name: "compute", definition: "", comment: "", kernelOpts: "" }];
    const actions = planTags(machine, known, spec({ tags: ["compute", "fast"], kernelParams: { quiet: "true" } }));
    expect(actions.map(({ action, object, after }) => `${action} ${object} ${after}`)).toEqual([
      "tag machine n1 tag compute",
      "create tag fast ",
      "tag machine n1 tag fast",
      "create tag n1_kp quiet",
    ]);
  });

  test("a kernel parameter tag that is not wanted any more is taken off", () => {
    expect(planTags(machine, [], spec()).map(({ action, before }) => `${action} ${before}`)).toEqual([
      "untag tag n1_kp",
    ]);
  });

  test("a tag MAAS gives by a definition cannot be given by hand", () => {
    const known = [{ name: "gpu", definition: "//node", comment: "", kernelOpts: "" }];
    expect(() => planTags(machine, known, spec({ tags: ["gpu"] }))).toThrow(
      "picks the machines of tag gpu by a definition",
    );
  });

  test("annotations are set once", () => {
    const wanted = spec({ ownerData: { rack: "r1" } });
    const [annotate] = planAnnotations(machine, wanted, "op-12345");
    expect(annotate?.request?.form).toEqual([
      ["bedplate_operation", "op-12345"],
      ["bedplate_owner_data", "rack"],
      ["bedplate_spec_digest", "d"],
      ["rack", "r1"],
    ]);
    const annotations = Object.fromEntries(annotate?.request?.form ?? []);
    expect(planAnnotations({ ...machine, annotations }, wanted, "op-12345")).toEqual([]);
  });

  test("user data travels in base64", () => {
    const { form } = deployWrite(machine, spec({ userData: "#cloud-config\nä\n", image: "noble" }));
    expect(Object.fromEntries(form ?? [])).toEqual({
      distro_series: "noble",
      user_data: Buffer.from("#cloud-config\nä\n").toString("base64"),
    });
  });
});

test.each([
  ["n1", "n1_kp"],
  ["n1.example.com", "n1_kp"],
  ["a_b-c", "a_b-c_kp"],
])("the kernel parameter tag of %s is %s", (node, tag) => {
  expect(kernelTag(node)).toBe(tag);
});

test.each([
  ["10.0.0.9", "10.0.0.9"],
  ["https://10.0.0.9/redfish/v1", "10.0.0.9"],
  ["10.0.0.9:623", "10.0.0.9"],
  ["https://[2001:DB8::1]:443/", "2001:db8::1"],
  ["2001:db8:0::1", "2001:db8::1"],
  ["qemu+ssh://user@host/system", "host"],
])("the power address %s is bare as %s", (source, expected) => {
  expect(powerAddress(source)).toBe(expected);
});
