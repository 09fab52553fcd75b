import type { RuleText } from "../../design/rule-text.ts";
import { LAYERING_RULES } from "./layering-rules.ts";

/** The rules of the consumers: what is wrong with a document of any form before the engine reads it. */
export const CONSUMER_RULES = {
  ...LAYERING_RULES,
  "foreign-document": {
    severity: "info",
    summary: "A document of another tool is left alone",
    why: "Site directories hold documents of other tools beside ours. They are not read, and this notice says so. If the document was meant for Bedplate, correct its `apiVersion` or `schema`.",
  },
  "ignored-field": {
    severity: "warning",
    summary: "What a form allows and Bedplate has no use for is told",
    why: "Nothing that was written is dropped in silence: an earlier form allowed this field, and here it has no effect. Remove it, or put what it says where the hint points to.",
  },
  "invalid-name": {
    severity: "error",
    summary: "A name has letters, digits, '.', '_' and '-', a letter or digit at both ends",
    why: "Names are parts of paths, addresses and host names, and other documents refer to them, so they have one alphabet and at most 253 characters. Rename the item, and what refers to it.",
  },
  "invalid-value": {
    severity: "error",
    summary: "A word of a form is one the form knows",
    why: "Filters of nodes are joined by `union` or `intersection`, a link of an earlier form is `tagged` or `none`; by another word nobody can tell what is meant. Write one of the words the message names.",
  },
  "missing-field": {
    severity: "error",
    summary: "A partition is on a disk, and a filter of nodes has a criterion",
    why: "Earlier forms list partitions beside each other; each says its disk by `device`, or the boot drive's device stands for all. A partition without one can't be made. Add the device. A filter of nodes that filters by nothing doesn't tell which nodes are meant: give it a criterion, or leave it out for every node.",
  },
  "missing-kind": {
    severity: "error",
    summary: "A document has a kind",
    why: "Without a kind nothing is known of a document's fields, so it is not used. Add `kind:`.",
  },
  "missing-name": {
    severity: "error",
    summary: "An item has a name",
    why: "An item is known by its kind and name; without a name nothing can refer to it and it is not used. Add `name:` to the metadata.",
  },
  "moved-partition": {
    severity: "error",
    summary: "A partition stays on the disk it is inherited on",
    why: "A host can change a partition it inherits, such as its size. Naming another disk would leave two partitions of one name. Give the partition another name, or remove the inherited one with `!name`.",
  },
  "name-in-spec": {
    severity: "warning",
    summary: "The name stands in the metadata, and only there",
    why: "Early drafts wrote the name into the spec too. It is taken from the metadata; where the two differ the one in the spec is ignored. Keep the one in the metadata.",
  },
  "other-region": {
    severity: "warning",
    summary: "A document names the region it belongs to",
    why: "A design is about one site. A document that names another region was probably copied from there, addresses included. Correct the region, or move the document.",
  },
  "split-route": {
    severity: "error",
    summary: "A route is one member of its list",
    why: "A `-` too many makes three routes out of one: one with a subnet, one with a gateway, one with a metric. They are put together again here; in any other reader they are three broken routes. Remove the `-`.",
  },
  "unknown-field": {
    severity: "error",
    summary: "The top of a document and its metadata hold fields that are known",
    why: "A field nobody knows is most often a slip in the name, and what it says would be lost. The hint names the nearest field there is.",
  },
  "unknown-form": {
    severity: "error",
    summary: "A document is of a form this consumer reads",
    why: "The head of a document (`apiVersion`, `kind`, `schema`) says which form it is written in. This one has none that is known, so it can't be read. Write `apiVersion: bedplate/v1` and a kind.",
  },
  "unknown-kind": {
    severity: "error",
    summary: "The kind of a document is known",
    why: "A document of an unknown kind can't be used, and what refers to it would hang in the air. Correct the kind, or declare a custom kind of that name.",
  },
  "unknown-version": {
    severity: "error",
    summary: "The version of a document is known",
    why: "The version says what fields mean. One that is not known might mean something else by them, so the document is not used. Write a version the hint names.",
  },
  "unsupported-filter": {
    severity: "error",
    summary: "Nodes are selected by what a selector can look at",
    why: "An earlier form had a criterion for labels of racks, which no program ever looked at. Left out, other nodes than those meant would be selected. Name the racks.",
  },
  "wrong-bus": {
    severity: "error",
    summary: "An address is on the bus its alias is listed under",
    why: "An alias listed under `pci` with a SCSI address matches no device, and the node would stop before its installation. List it under its bus, or correct the address.",
  },
  "wrong-type": {
    severity: "error",
    summary: "A value is of the sort that belongs there",
    why: "A list where a record belongs (or a text where a list belongs) has no meaning there, and what it says would be lost. The message says what was found and what was expected.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;

/** Id of a rule of the consumers. */
export type ConsumerRule = keyof typeof CONSUMER_RULES;
