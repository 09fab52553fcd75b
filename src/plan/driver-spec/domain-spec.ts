import type { DomainSpecSchema, RecordSpecSchema } from "../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { TreeMap } from "../../design/tree.ts";
import { flagAt, mapsAt, numberAt, textAt } from "../read-tree.ts";
import type { Init } from "./init.ts";
import { present } from "./present.ts";

type DomainInit = Init<typeof DomainSpecSchema>;
type RecordInit = Init<typeof RecordSpecSchema>;

/** The driver's form of a DNS domain of the site. */
export function domainSpec(domain: TreeMap): DomainInit {
  return present<DomainInit>({
    name: textAt(domain, "name"),
    authoritative: flagAt(domain, "authoritative"),
    ttl: numberAt(domain, "ttl"),
    records: mapsAt(domain, "records").map(recordSpec),
  });
}

function recordSpec(record: TreeMap): RecordInit {
  return present<RecordInit>({
    name: textAt(record, "name"),
    type: textAt(record, "type"),
    data: textAt(record, "data"),
    ttl: numberAt(record, "ttl"),
  });
}
