import type { Hardware } from "../state.ts";
import { type LshwNode, lshwTree } from "./lshw-tree.ts";

const TEXT_MEMBERS = [
  "description",
  "product",
  "vendor",
  "physid",
  "businfo",
  "logicalname",
  "version",
  "date",
  "serial",
  "slot",
] as const;
const SIZE_MEMBERS = ["size", "capacity"] as const;

/** What `lshw -xml` prints on a machine. */
export function lshwXml(hardware: Hardware): string {
  return `<?xml version="1.0" standalone="yes" ?>\n<list>\n${nodeXml(lshwTree(hardware), " ")}</list>\n`;
}

/** What LLDP saw: nothing. */
export function lldpXml(): string {
  return '<?xml version="1.0" encoding="UTF-8"?>\n<lldp label="LLDP neighbors"/>\n';
}

function nodeXml(node: LshwNode, indent: string): string {
  const handle = node.handle === undefined ? "" : ` handle="${escapeXml(node.handle)}"`;
  const lines = [`${indent}<node id="${escapeXml(node.id)}" claimed="true" class="${escapeXml(node.class)}"${handle}>`];
  for (const member of TEXT_MEMBERS) {
    const value = node[member];
    if (value !== undefined) lines.push(`${indent} <${member}>${escapeXml(value)}</${member}>`);
  }
  for (const member of SIZE_MEMBERS) {
    const value = node[member];
    const units = node.units === undefined ? "" : ` units="${escapeXml(node.units)}"`;
    if (value !== undefined) lines.push(`${indent} <${member}${units}>${value}</${member}>`);
  }
  if (node.width !== undefined) lines.push(`${indent} <width units="bits">${node.width}</width>`);
  if (node.configuration !== undefined) {
    lines.push(`${indent} <configuration>`);
    for (const [id, value] of Object.entries(node.configuration)) {
      lines.push(`${indent}  <setting id="${escapeXml(id)}" value="${escapeXml(value)}" />`);
    }
    lines.push(`${indent} </configuration>`);
  }
  if (node.capabilities !== undefined) {
    lines.push(`${indent} <capabilities>`);
    for (const [id, value] of Object.entries(node.capabilities)) {
      lines.push(
        `${indent}  <capability id="${escapeXml(id)}">${value === true ? "" : escapeXml(String(value))}</capability>`,
      );
    }
    lines.push(`${indent} </capabilities>`);
  }
  const children = (node.children ?? []).map((child) => nodeXml(child, `${indent} `)).join("");
  return `${lines.join("\n")}\n${children}${indent}</node>\n`;
}

function escapeXml(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
