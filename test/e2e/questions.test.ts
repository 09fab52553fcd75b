import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withDatabaseEnvironment } from "../support/database.ts";
import { bedplate, running } from "./support/bedplate.ts";

const site = fileURLToPath(new URL("../../examples/site", import.meta.url));

test(
  "the command line answers who names what, whose addresses are which, and how a node is connected",
  {
    timeout: 240_000,
  },
  () =>
    withDatabaseEnvironment(async (database) => {
      const folder = await mkdtemp(join(tmpdir(), "bedplate-questions-"));
      const environment = { ...database, XDG_STATE_HOME: join(folder, "state"), XDG_DATA_HOME: join(folder, "share") };
      const data = join(folder, "data");
      const server = await running(["serve", "--listen", "127.0.0.1:0", "--data", data], /^listening on /, environment);
      const url = server.line.slice("listening on ".length);
      const ask = async (...args: string[]) => {
        const { code, stdout, stderr } = await bedplate([...args, "--design", "plant7", "--server", url], environment);
        return { code, stderr, lines: stdout.trimEnd().split("\n"), json: () => JSON.parse(stdout) };
      };
      try {
        expect(await ask("submit", site)).toMatchObject({ code: 0 });
        const named = await ask("references", "Network/mgmt", "--kind", "Node", "-o", "json");
        const { references, revision } = named.json();
        expect([references[0], revision]).toEqual([
          {
            ...{ from_item: "Node/cmp01", field: 'addressing["mgmt"].network', to_item: "Network/mgmt" },
            ...{ is_parent: false, resolved: true },
          },
          1,
        ]);
        const parts = await ask("references", "Node/ctl01", "--outgoing");
        expect(parts.lines[0]).toBe(
          "ITEM        FIELD                                   NAMES                     WHAT IT IS",
        );
        expect(parts.lines).toContain(
          "Node/ctl01  host_profile                            HostProfile/controller    parent",
        );
        const heirs = await ask("references", "HostProfile/controller", "--inheritance", "-o", "json");
        expect(heirs.json().references.map((each: { from_item: string }) => each.from_item)).toEqual([
          "Node/ctl01",
          "Node/ctl02",
          "Node/ctl03",
        ]);
        expect(await ask("references", "Network")).toMatchObject({
          code: 2,
          stderr: expect.stringContaining("KIND/NAME"),
        });

        const taken = await ask("address", "list", "mgmt");
        expect(taken.lines.slice(0, 3)).toEqual([
          "ADDRESS      TAKEN FOR  BY            FIELD",
          "10.72.0.0    network    Network/mgmt  cidr",
          "10.72.0.1    gateway    Network/mgmt  routes[0].gateway",
        ]);
        expect(taken.stderr).toBe("229 free in network mgmt, revision 1\n");
        const free = await ask("address", "list", "mgmt", "--free", "--limit", "2");
        expect(free.lines).toEqual(["ADDRESS", "10.72.0.10", "10.72.0.23"]);
        expect(free.stderr).toBe("229 free in network mgmt, revision 1; --limit prints more\n");

        const spare = join(folder, "spare.yaml");
        await writeFile(
          spare,
          "apiVersion: bedplate/v1\nkind: Node\nmetadata: {name: spare}\nspec: {host_profile: controller}\n",
        );
        await ask("submit", spare, "--layer", "spares");
        const given = await ask("address", "allocate", "mgmt", "spare", "--request-id", "for-the-spare");
        expect(given).toMatchObject({
          code: 0,
          stderr: "",
          lines: ["10.72.0.10 is spare's in network mgmt, from revision 3 on"],
        });
        const again = await ask("address", "allocate", "mgmt", "spare", "--request-id", "for-the-spare", "-o", "json");
        expect(again.json()).toMatchObject({ address: "10.72.0.10", network: "mgmt", node: "spare", revision: 3 });
        const second = await ask("address", "allocate", "mgmt", "ctl01");
        expect([second.code, second.stderr]).toEqual([
          1,
          expect.stringContaining("Node/ctl01 has the address 10.72.0.11"),
        ]);

        const network = await ask("node", "network", "ctl01");
        expect(network.lines).toEqual([
          "ctl01.mgmt.plant7.example, primary network mgmt",
          "name servers 10.72.0.2, 10.72.0.3, searched in mgmt.plant7.example, plant7.example",
          "INTERFACE  NETWORK  ADDRESS       BLOCK           VLAN      MTU   NAME",
          "pxe        pxe      -             10.71.0.0/24    untagged  1500  -",
          "bond0      public   203.0.113.11  203.0.113.0/24  104       1500  ctl01.plant7.example",
          "bond0      mgmt     10.72.0.11    10.72.0.0/24    101       1500  ctl01.mgmt.plant7.example",
          "-          oob      10.70.0.11    10.70.0.0/24    untagged  1500  -",
          "ROUTE TO         OVER         METRIC  NETWORK",
          "198.51.100.0/24  203.0.113.1  20      public",
          "0.0.0.0/0        10.72.0.1    10      mgmt",
        ]);
        const was = await ask("node", "network", "spare", "--revision", "2", "-o", "json");
        const addressIn = ({ attachments }: { attachments: { network: string; address: string }[] }) =>
          attachments.find((each) => each.network === "mgmt")?.address;
        expect(addressIn(was.json())).toBe("");
        expect(addressIn((await ask("node", "network", "spare", "-o", "json")).json())).toBe("10.72.0.10");
      } finally {
        await server.end();
        await rm(folder, { recursive: true, force: true });
      }
    }),
);
