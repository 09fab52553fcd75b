/** The rules of the consumers, for whoever tells people about them. */
export { NETBOX_RULES } from "./netbox/rules.ts";
export { CONSUMER_RULES } from "./reading/rules.ts";
