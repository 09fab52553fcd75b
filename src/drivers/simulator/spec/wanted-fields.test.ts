import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ServerSpecSchema } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { SiteSpecSchema } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { networkFields } from "./network-fields.ts";
import { siteObjects } from "./site-objects.ts";
import { storageFields } from "./storage-fields.ts";

test("domains, tags, repositories and scripts of a site are objects, each told from another of its name", () => {
  const site = (word: string) =>
    siteObjects(
      create(SiteSpecSchema, {
        name: "lab",
        tags: ["gpu"],
        tagSpecs: [{ name: "gpu", kernelOpts: word }],
        domains: [{ name: "lab.example", records: [{ name: "www", type: "TXT", data: word }] }],
        repositories: [{ name: "own", url: `http://${word}.example` }],
        scripts: [{ name: "firmware", content: `#!/bin/sh\necho ${word}\n` }],
        networks: [{ name: "pxe", space: word, allowDns: false }],
      }),
    );
  const [one, other] = [site("one"), site("other")];
  expect(one.map(({ type, name }) => `${type} ${name}`).toSorted()).toEqual([
    ...["domain lab.example", "network pxe", "repository own", "script firmware", "tag gpu"],
  ]);
  for (const [index, object] of one.entries()) expect(object.fields).not.toEqual(other[index]?.fields);
});

test("bridges and RAIDs are fields of a server by their paths", () => {
  const spec = create(ServerSpecSchema, {
    interfaces: [{ name: "bond0", bridges: [{ name: "br0", network: "mgmt", stp: true, forwardDelay: 0 }] }],
    storage: {
      disks: [{ device: "sda", raid: "md0" }],
      raids: [{ name: "md0", level: "raid-1", filesystem: { mountpoint: "/srv", fstype: "ext4" } }],
    },
  });
  expect(networkFields(spec.interfaces)).toMatchObject({
    'interfaces["bond0"].bridges["br0"].network': "mgmt",
    'interfaces["bond0"].bridges["br0"].stp': "true",
    'interfaces["bond0"].bridges["br0"].forward_delay': "0",
  });
  expect(storageFields(spec.storage)).toMatchObject({
    'storage.disks["sda"].raid': "md0",
    'storage.raids["md0"].level': "raid-1",
    'storage.raids["md0"].filesystem.mountpoint': "/srv",
  });
});
