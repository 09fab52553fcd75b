import { expect, test } from "vitest";
import { ServerPhase, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { startLab } from "./maas-lab.ts";
import { serverSpec, siteSpec } from "./maas-specs.ts";

const { COMMISSIONED, NETWORK_CONFIGURED, STORAGE_CONFIGURED, DEPLOYED } = ServerPhase;

test("a machine goes from unknown to deployed, and a second run writes nothing", async () => {
  const lab = await startLab();
  const { server } = lab.driver;
  const { target } = lab;
  const plan = await server.planSite({ target, spec: siteSpec() });
  expect(plan.changes.map(({ object, action }) => `${action} ${object}`)).toMatchInlineSnapshot(`
    [
      "create fabric pxe",
      "create fabric data",
      "update vlan pxe/0",
      "update vlan data/0",
      "create vlan data/21",
      "create vlan data/22",
      "update subnet 10.20.0.0/24",
      "create subnet 10.21.0.0/24",
      "create subnet 10.22.0.0/24",
      "create iprange 10.20.0.100-10.20.0.200",
      "create iprange 10.20.0.1-10.20.0.9",
      "update vlan default/0",
      "create static route 10.21.0.0/24 to 10.22.0.0/24 via 10.21.0.254",
      "create tag compute",
    ]
  `);
  const site = await lab.site(siteSpec(), plan.precondition);
  expect(site.changed).toBe(true);

  const spec = serverSpec();
  let token = "";
  for (const phase of [COMMISSIONED, NETWORK_CONFIGURED, STORAGE_CONFIGURED, DEPLOYED]) {
    const before = await server.planServer({ target, spec, phase });
    expect(before.changes.length).toBeGreaterThan(0);
    ({ token } = await lab.phase(spec, phase, { precondition: token || before.precondition }));
    const after = await server.planServer({ target, spec, phase });
    expect(after.changes).toEqual([]);
  }
  console.log(JSON.stringify((await lab.ledger()).map((e) => `${e.method} ${e.path} ${e.op ?? ""} ${e.object.kind} ${e.object.name}`), null, 1));
  console.log(JSON.stringify(await lab.machine("n1"), null, 1));
});
