import { describe, expect, test } from "vitest";
import { at, idOf, listOf, withSim } from "../testing/sim-client.ts";
import { deployedMachine, systemId } from "../testing/site.ts";

const KEY_DATA = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from("ssh-ed25519"), Buffer.alloc(36, 7)]);
const KEY = `ssh-ed25519 ${KEY_DATA.toString("base64")} ops@plant`;

describe("domains", () => {
  test("the default one is there, cannot go, and others are made, changed and removed", async () => {
    await withSim(async (client) => {
      expect((await client.get("domains/")).body).toEqual([
        expect.objectContaining({ id: 0, name: "maas", authoritative: true, ttl: null, is_default: true }),
      ]);
      expect((await client.delete("domains/0/")).status).toBe(400);
      const made = await client.post("domains/", { name: "plant7.example", authoritative: "false", ttl: 300 });
      expect([made.status, made.body]).toEqual([
        200,
        expect.objectContaining({ name: "plant7.example", authoritative: false, ttl: 300, is_default: false }),
      ]);
      const again = await client.post("domains/", { name: "plant7.example" });
      expect([again.status, again.body]).toEqual([400, { name: ["Domain with this Name already exists."] }]);
      expect((await client.post("domains/", { name: "a_b" })).body).toEqual({ name: ["Invalid domain name: a_b."] });
      expect((await client.put(`domains/${idOf(made)}/`, { ttl: "" })).body).toMatchObject({ ttl: null });
      expect((await client.put(`domains/${idOf(made)}/`, { nope: 1 })).status).toBe(400);
      expect((await client.delete(`domains/${idOf(made)}/`)).status).toBe(204);
    });
  });

  test("a machine is put in a domain that is there, and holds it", async () => {
    await withSim(async (client) => {
      const id = await systemId(client);
      expect((await client.put(`machines/${id}/`, { domain: "plant7.example" })).status).toBe(400);
      const domain = await client.post("domains/", { name: "plant7.example" });
      const put = await client.put(`machines/${id}/`, { domain: "plant7.example" });
      expect(put.body).toMatchObject({ fqdn: "sim-1.plant7.example", domain: { name: "plant7.example" } });
      expect(listOf(await client.get("machines/?domain=plant7.example"))).toHaveLength(1);
      expect((await client.delete(`domains/${idOf(domain)}/`)).status).toBe(400);
    });
  });
});

describe("names and their data", () => {
  test("addresses of a name are one object, its other data one each; the last to go takes the name along", async () => {
    await withSim(async (client) => {
      const www = await client.post("dnsresources/", { fqdn: "www.maas", ip_addresses: "10.0.0.5 fd00::5" });
      expect(at(www.body, "ip_addresses")).toMatchObject([{ ip: "10.0.0.5" }, { ip: "fd00::5" }]);
      const twice = await client.post("dnsresources/", { name: "www", domain: 0, ip_addresses: "10.0.0.6" });
      expect(twice.status).toBe(400);
      const mail = await client.post("dnsresourcerecords/", {
        ...{ name: "@", domain: "maas", rrtype: "mx", rrdata: "10 mail.maas" },
      });
      expect(mail.body).toMatchObject({ fqdn: "maas", rrtype: "MX", rrdata: "10 mail.maas", ttl: null });
      expect(listOf(await client.get("dnsresources/?domain=maas"))).toHaveLength(2);
      const alias = await client.post("dnsresourcerecords/", { fqdn: "www.maas", rrtype: "CNAME", rrdata: "a.maas" });
      expect(alias.body).toEqual({ __all__: ["CNAME records for a name cannot coexist with non-CNAME records."] });
      const changed = await client.put(`dnsresourcerecords/${idOf(mail)}/`, { rrdata: "20 mail.maas", ttl: 60 });
      expect(changed.body).toMatchObject({ rrdata: "20 mail.maas", ttl: 60 });
      expect((await client.delete(`dnsresourcerecords/${idOf(mail)}/`)).status).toBe(204);
      expect(listOf(await client.get("dnsresources/"))).toHaveLength(1);
    });
  });

  test.each([
    ["A", "10.0.0.1", "rrtype"],
    ["MX", "mail.maas", "__all__"],
    ["SRV", "1 2 host.maas", "__all__"],
    ["SSHFP", "nothing", "__all__"],
    ["CNAME", "two words", "__all__"],
  ])("%s data %j is refused", async (rrtype, rrdata, field) => {
    await withSim(async (client) => {
      const answer = await client.post("dnsresourcerecords/", { name: "x", domain: "maas", rrtype, rrdata });
      expect([answer.status, Object.keys(answer.body ?? {})]).toEqual([400, [field]]);
    });
  });

  test("what is missing or is no domain is told", async () => {
    await withSim(async (client) => {
      expect((await client.post("dnsresourcerecords/", { fqdn: "x.maas", rrdata: "y" })).text).toBe(
        "rrtype must be provided.",
      );
      const elsewhere = await client.post("dnsresources/", { name: "x", domain: "nope", ip_addresses: "10.0.0.1" });
      expect([elsewhere.status, elsewhere.text]).toEqual([404, "No Domain matches the given query."]);
    });
  });

  test("the names of machines are listed only when all are asked for, and are no objects", async () => {
    await withSim(async (client) => {
      await deployedMachine(client);
      expect(listOf(await client.get("dnsresources/"))).toEqual([]);
      const all = listOf(await client.get("dnsresources/?all=true"));
      expect(all[0]).toMatchObject({ id: -1, fqdn: "sim-1.maas", ip_addresses: null });
      expect((await client.get("dnsresources/-1/")).status).toBe(404);
    });
  });
});

describe("package repositories", () => {
  test("Ubuntu's archives are there, stay, and take what they leave out", async () => {
    await withSim(async (client) => {
      const all = listOf(await client.get("package-repositories/"));
      expect(all.map((repository) => at(repository, "name"))).toEqual(["main_archive", "ports_archive"]);
      expect((await client.delete("package-repositories/1/")).status).toBe(400);
      expect((await client.put("package-repositories/1/", { enabled: "false" })).status).toBe(400);
      expect((await client.put("package-repositories/1/", { components: "main" })).status).toBe(400);
      const less = await client.put("package-repositories/1/", { disabled_components: "universe,multiverse" });
      expect(less.body).toMatchObject({ disabled_components: ["universe", "multiverse"] });
      expect((await client.put("package-repositories/1/", { disabled_components: "" })).body).toMatchObject({
        disabled_components: [],
      });
      expect((await client.put("package-repositories/1/", { disabled_pockets: "proposed" })).status).toBe(400);
    });
  });

  test("others are made with the main archive's architectures, and removed", async () => {
    await withSim(async (client) => {
      const made = await client.post("package-repositories/", {
        ...{ name: "site", url: "http://apt.example/ubuntu", components: "main,extra", distributions: "noble" },
      });
      expect(made.body).toMatchObject({ arches: ["amd64", "i386"], components: ["main", "extra"], enabled: true });
      expect((await client.post("package-repositories/", { name: "site", url: "http://x.example/" })).status).toBe(400);
      expect((await client.post("package-repositories/", { name: "b", url: "apt.example" })).status).toBe(400);
      const id = idOf(made);
      expect((await client.put(`package-repositories/${id}/`, { disabled_components: "universe" })).status).toBe(400);
      expect((await client.put(`package-repositories/${id}/`, { arches: "sparc" })).status).toBe(400);
      expect((await client.delete(`package-repositories/${id}/`)).status).toBe(204);
    });
  });
});

describe("SSH keys", () => {
  test("are made with 201, checked, kept once, and removed", async () => {
    await withSim(async (client) => {
      const made = await client.post("account/prefs/sshkeys/", { key: `  ${KEY.replaceAll(" ", "  ")}` });
      expect([made.status, made.body]).toEqual([201, expect.objectContaining({ key: KEY, keysource: "" })]);
      const again = await client.post("account/prefs/sshkeys/", { key: KEY });
      expect(again.body).toEqual({ __all__: ["This key has already been added for this user."] });
      const wrong = await client.post("account/prefs/sshkeys/", { key: "ssh-rsa AAAA" });
      expect([wrong.status, Object.keys(wrong.body ?? {})]).toEqual([400, ["key"]]);
      expect((await client.delete(`account/prefs/sshkeys/${idOf(made)}/`)).status).toBe(204);
      expect((await client.get("account/prefs/sshkeys/")).body).toEqual([]);
    });
  });
});
