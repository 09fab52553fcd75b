"""Uses a MAAS through python-libmaas, a client this project didn't write: use-libmaas.py URL API_KEY.

Prints a line for each thing tried, and at the end `N passed, N failed`. Ends with 1 when something failed.
"""

import sys
import traceback

from maas.client import connect

passed = 0
failed = 0


def check(name, attempt):
    """Counts whether an attempt came to an end and held."""
    global passed, failed
    try:
        answer = attempt()
        if answer is False:
            raise AssertionError("it does not hold")
        passed += 1
        print(f"ok      {name}: {str(answer)[:120]}")
        return answer
    except Exception:
        failed += 1
        print(f"FAILED  {name}")
        traceback.print_exc(limit=-4)
        return None


def one(things):
    (thing,) = things
    return thing


maas = connect(sys.argv[1], apikey=sys.argv[2])

check("version", lambda: maas.version.get().version == "3.7.3")
check("who am I", lambda: maas.users.whoami().is_admin)
check("its name", lambda: maas.maas.get_name())
check("zones", lambda: [zone.name for zone in maas.zones.list()] == ["default"])
check("pools", lambda: [pool.name for pool in maas.resource_pools.list()] == ["default"])
check("rack controllers", lambda: len(list(maas.rack_controllers.list())) == 1)
check("region controllers", lambda: len(list(maas.region_controllers.list())) == 1)
check("devices", lambda: list(maas.devices.list()) == [])
check("boot resources", lambda: any(image.name == "ubuntu/noble" for image in maas.boot_resources.list()))

# Networks
fabric = check("create a fabric", lambda: maas.fabrics.create(name="foreign"))
check("fabrics", lambda: "foreign" in [each.name for each in maas.fabrics.list()])
vlan = check("create a VLAN", lambda: fabric.vlans.create(66, name="foreign-66", mtu=9000))
subnet = check(
    "create a subnet",
    lambda: maas.subnets.create(
        "10.66.0.0/24", vlan, name="foreign", gateway_ip="10.66.0.1", dns_servers=["10.66.0.2", "10.66.0.3"]
    ),
)
check("subnets", lambda: one(each for each in maas.subnets.list() if each.cidr == "10.66.0.0/24").name == "foreign")
check("read the subnet", lambda: maas.subnets.get(subnet.id).dns_servers == ["10.66.0.2", "10.66.0.3"])


def change_subnet():
    subnet.gateway_ip = "10.66.0.254"
    subnet.save()
    return maas.subnets.get(subnet.id).gateway_ip == "10.66.0.254"


check("change the subnet", change_subnet)
check("create a range", lambda: maas.ip_ranges.create("10.66.0.10", "10.66.0.20").end_ip == "10.66.0.20")
check("create a space", lambda: maas.spaces.create(name="foreign").name)
check("spaces", lambda: sorted(each.name for each in maas.spaces.list()) == ["foreign", "undefined"])
check("static routes", lambda: list(maas.static_routes.list()) == [])
check("domains", lambda: "maas" in [domain.name for domain in maas.domains.list()])
check("SSH keys", lambda: list(maas.ssh_keys.list()) == [])


def refused_subnet():
    try:
        maas.subnets.create("10.66.0.0/24", vlan, name="again")
    except Exception as error:
        return "400" in str(error)
    return False


check("a second subnet of the block is refused", refused_subnet)

# Machines
machines = check("machines", lambda: maas.machines.list())
check("their names", lambda: sorted(machine.hostname for machine in machines) == ["sim-1", "sim-2"])
machine = one(each for each in machines if each.hostname == "sim-1")
check("commission", lambda: machine.commission(wait=True, wait_interval=0.1).status.name == "READY")
machine = maas.machines.get(machine.system_id)
check("interfaces", lambda: [nic.type.value for nic in machine.interfaces] == ["physical", "physical"])
check("their MAC addresses", lambda: all(nic.mac_address.startswith("52:54:00:") for nic in machine.interfaces))
check("the interface it boots from", lambda: machine.boot_interface.vlan.vid == 0)
check("disks", lambda: [disk.type.value for disk in machine.block_devices] == ["physical"])
check("the size of a disk", lambda: machine.block_devices[0].size > 10**10)
check("partitions", lambda: all(part.size > 0 for part in machine.block_devices[0].partitions))
check("power parameters", lambda: machine.get_power_parameters()["power_address"].startswith("10.99.0."))
check("power state", lambda: machine.query_power_state().name == "OFF")
check("details", lambda: sorted(machine.get_details()) == ["lldp", "lshw"])
tag = check("create a tag", lambda: maas.tags.create("foreign", comment="made by a foreign client"))
check("tag a machine", lambda: machine.tags.add(tag) is None)
check("its tags", lambda: "foreign" in [each.name for each in maas.machines.get(machine.system_id).tags])
check("allocate", lambda: maas.machines.allocate(hostname="sim-1").status.name == "ALLOCATED")
machine = maas.machines.get(machine.system_id)
check("deploy", lambda: machine.deploy(distro_series="noble", wait=True, wait_interval=0.1).status.name == "DEPLOYED")
check(
    "its address",
    lambda: maas.machines.get(machine.system_id).interfaces[0].links[0].ip_address.startswith("10.10.0."),
)
check("lock", lambda: maas.machines.get(machine.system_id).lock(comment="held").locked)


def release_locked():
    try:
        maas.machines.get(machine.system_id).release()
    except Exception as error:
        return "403" in str(error) or "locked" in str(error).lower()
    return False


check("a locked machine isn't released", release_locked)
check("unlock", lambda: not maas.machines.get(machine.system_id).unlock().locked)
machine = maas.machines.get(machine.system_id)
check("release", lambda: machine.release(wait=True, wait_interval=0.1).status.name == "READY")
check("rescue mode", lambda: machine.enter_rescue_mode(wait=True, wait_interval=0.1).status.name == "RESCUE_MODE")
check("out of it", lambda: machine.exit_rescue_mode(wait=True, wait_interval=0.1).status.name == "READY")
check("events", lambda: len(list(maas.events.query(limit=5))) > 0)
check("delete the machine", lambda: machine.delete() is None)
check("machines are fewer", lambda: [each.hostname for each in maas.machines.list()] == ["sim-2"])

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
