import type { RuleText } from "../../design/rule-text.ts";

/** The rules of reading a NetBox: what keeps an object from saying what it means for a design. */
export const NETBOX_RULES = {
  "netbox-nameless": {
    severity: "error",
    summary: "A device or rack of a NetBox that belongs to a design has a name",
    why: "An item is known by its kind and name. NetBox allows devices without one: such a device can't be a node. Give it a name, or take it out of what the source selects.",
  },
  "netbox-name": {
    severity: "info",
    summary: "A name of a NetBox is one that items can have",
    why: "NetBox allows any character in names, Bedplate letters, digits, '.', '_' and '-'. Every run of others is read as one '-', and this notice says so, because documents of other layers refer to the item by the name it gets.",
  },
  "netbox-address": {
    severity: "warning",
    summary: "An address of a node lies in one network, and is the only one of the node there",
    why: "A node has one address for each network. An address in a prefix without a name belongs to no network, and of several in one network one alone can be taken: the device's primary address, or the first. Give the prefix a VLAN or the custom field `bedplate_network`, or give the other address a role such as secondary.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;

/** Id of a rule of reading a NetBox. */
export type NetboxRule = keyof typeof NETBOX_RULES;
