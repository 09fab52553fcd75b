/**
 * The text of the manifest script: Python 3 without any library, because that is on every image MAAS commissions with. It only reads. What it can't read
 * it leaves out and names under `problems`; it ends well whenever it could print its document, so that it never fails a commissioning.
 */
export const MANIFEST_PROGRAM = String.raw`#!/usr/bin/env python3
# Prints what this machine is made of as one JSON document, for Bedplate's comparison of as-designed and as-built.
import json
import os
import platform
import re
import subprocess
import sys

problems = []


def read(path):
    try:
        with open(path, "rb") as source:
            return source.read(65536).decode("utf-8", "replace").replace("\0", "").strip()
    except OSError:
        return ""


def listed(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def linked(path):
    try:
        return os.path.basename(os.readlink(path))
    except OSError:
        return ""


def run(command, seconds):
    env = dict(os.environ, LC_ALL="C")
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=seconds, env=env)
    except FileNotFoundError:
        problems.append("%s is not installed" % command[0])
        return ""
    except (OSError, subprocess.SubprocessError) as error:
        problems.append("%s: %s" % (command[0], type(error).__name__))
        return ""
    if done.returncode != 0:
        problems.append("%s ended with %d" % (" ".join(command[:2]), done.returncode))
    return done.stdout.decode("utf-8", "replace")


def lshw():
    said = run(["lshw", "-json", "-quiet"], 180)
    if said.strip() == "":
        return None
    try:
        return json.loads(said)
    except ValueError:
        problems.append("lshw printed no JSON")
        return None


def dmi():
    folder = "/sys/class/dmi/id"
    named = re.compile("^(bios|board|chassis|product|sys)_")
    found = {name: read(os.path.join(folder, name)) for name in listed(folder) if named.match(name)}
    return {name: text for name, text in found.items() if text != ""}


def modules():
    names = [line.split(" ", 1)[0] for line in read_lines("/proc/modules")]
    return sorted(name for name in names if name != "")


def read_lines(path):
    try:
        with open(path, "r", encoding="utf-8", errors="replace") as source:
            return source.read().splitlines()
    except OSError:
        return []


def processors():
    model = ""
    for line in read_lines("/proc/cpuinfo"):
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            model = value.strip()
            break
    return {"model": model, "count": os.cpu_count() or 0}


def memory_kib():
    for line in read_lines("/proc/meminfo"):
        if line.startswith("MemTotal:"):
            return int(line.split()[1])
    return 0


def pci_devices():
    folder = "/sys/bus/pci/devices"
    found = []
    for address in listed(folder):
        place = os.path.join(folder, address)
        found.append({
            "pci_address": address,
            "vendor_id": read(os.path.join(place, "vendor"))[2:],
            "product_id": read(os.path.join(place, "device"))[2:],
            "class": read(os.path.join(place, "class")),
            "driver": linked(os.path.join(place, "driver")),
            "module": linked(os.path.join(place, "driver/module")),
            "modalias": read(os.path.join(place, "modalias")),
        })
    return found


def pci_of(path):
    # What hangs on USB, such as the port to the BMC, has no place of its own on the PCI bus.
    if "/usb" in os.path.realpath(path):
        return ""
    found = re.findall("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}[.][0-9a-f]", os.path.realpath(path))
    return found[-1] if found else ""


def nics():
    folder = "/sys/class/net"
    found = []
    for name in listed(folder):
        device = os.path.join(folder, name, "device")
        if not os.path.isdir(device):
            continue
        firmware = driver = ""
        for line in run(["ethtool", "-i", name], 20).splitlines():
            key, _, value = line.partition(": ")
            if key == "firmware-version":
                firmware = value.strip()
            elif key == "driver":
                driver = value.strip()
        speed = read(os.path.join(folder, name, "speed"))
        found.append({
            "name": name,
            "mac": read(os.path.join(folder, name, "address")),
            "pci_address": pci_of(device),
            "driver": driver or linked(os.path.join(device, "driver")),
            "firmware_version": "" if firmware == "N/A" else firmware,
            "speed_mbps": int(speed) if re.match("^[0-9]+$", speed) else 0,
        })
    return found


def first(*texts):
    return next((text for text in texts if text != ""), "")


def disks():
    folder = "/sys/block"
    found = []
    for name in listed(folder):
        place = os.path.join(folder, name)
        device = os.path.join(place, "device")
        if not os.path.exists(device) or name.startswith(("sr", "fd")):
            continue
        scsi = linked(device)
        size = read(os.path.join(place, "size"))
        udev = {}
        if read(os.path.join(place, "dev")) != "":
            for line in read_lines("/run/udev/data/b" + read(os.path.join(place, "dev"))):
                if line.startswith("E:"):
                    key, _, value = line[2:].partition("=")
                    udev[key] = value
        found.append({
            "name": name,
            "model": first(read(os.path.join(device, "model")), udev.get("ID_MODEL", "")),
            "serial": first(udev.get("ID_SERIAL_SHORT", ""), read(os.path.join(device, "serial"))),
            "wwn": first(udev.get("ID_WWN_WITH_EXTENSION", ""), udev.get("ID_WWN", ""), read(os.path.join(place, "wwid")), read(os.path.join(device, "wwid"))),
            "firmware_version": first(read(os.path.join(device, "firmware_rev")), read(os.path.join(device, "rev")), udev.get("ID_REVISION", "")),
            "size_bytes": str(int(size) * 512) if re.match("^[0-9]+$", size) else "",
            "scsi_address": re.sub("^([0-9]+):([0-9]+):([0-9]+):([0-9]+)$", r"\1:\2.\3.\4", scsi) if re.match("^[0-9]+(:[0-9]+){3}$", scsi) else "",
            "pci_address": pci_of(device),
        })
    return found


def safely(name, part, otherwise):
    try:
        return part()
    except Exception as error:
        problems.append("%s: %s" % (name, type(error).__name__))
        return otherwise


document = {
    "bedplate_manifest": 1,
    "architecture": platform.machine(),
    "kernel": platform.release(),
    "boot_mode": "uefi" if os.path.isdir("/sys/firmware/efi") else "bios",
    "dmi": safely("dmi", dmi, {}),
    "cpu": safely("cpu", processors, {}),
    "memory_kib": safely("memory", memory_kib, 0),
    "modules": safely("modules", modules, []),
    "devices": safely("devices", pci_devices, []),
    "nics": safely("nics", nics, []),
    "disks": safely("disks", disks, []),
    "lshw": safely("lshw", lshw, None),
}
document["problems"] = problems
json.dump(document, sys.stdout, indent=1, sort_keys=True)
sys.stdout.write("\n")
`;
