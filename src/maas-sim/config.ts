import type { ConfigValue } from "./state.ts";

/** The settings of `maas/?op=get_config`, with the value each has on a fresh installation. */
export const DEFAULT_CONFIG: Readonly<Record<string, ConfigValue>> = {
  active_discovery_interval: 10800,
  auto_vlan_creation: true,
  boot_images_auto_import: true,
  commissioning_distro_series: "noble",
  completed_intro: true,
  curtin_verbose: true,
  default_boot_interface_link_type: "auto",
  default_distro_series: "noble",
  default_dns_ttl: 30,
  default_min_hwe_kernel: "",
  default_osystem: "ubuntu",
  default_storage_layout: "flat",
  disk_erase_with_quick_erase: false,
  disk_erase_with_secure_erase: true,
  dns_trusted_acl: "",
  dnssec_validation: "auto",
  enable_analytics: false,
  enable_disk_erasing_on_release: false,
  enable_http_proxy: true,
  enable_kernel_crash_dump: false,
  enable_third_party_drivers: true,
  enlist_commissioning: true,
  force_v1_network_yaml: false,
  hardware_sync_interval: "15m",
  http_proxy: "",
  kernel_opts: "",
  maas_auto_ipmi_cipher_suite_id: "3",
  maas_auto_ipmi_k_g_bmc_key: "",
  maas_auto_ipmi_user: "maas",
  maas_auto_ipmi_user_privilege_level: "ADMIN",
  maas_auto_ipmi_workaround_flags: "",
  maas_internal_domain: "maas-internal",
  maas_name: "maas-sim",
  maas_proxy_port: 8000,
  maas_syslog_port: 5247,
  max_node_commissioning_results: 10,
  max_node_installation_results: 3,
  max_node_testing_results: 10,
  network_discovery: "enabled",
  node_timeout: 30,
  ntp_external_only: false,
  ntp_servers: "ntp.ubuntu.com",
  prefer_v4_proxy: false,
  prometheus_enabled: false,
  prometheus_push_gateway: "",
  prometheus_push_interval: 60,
  promtail_enabled: false,
  promtail_port: 5238,
  release_notifications: true,
  remote_syslog: "",
  subnet_ip_exhaustion_threshold_count: 16,
  theme: "",
  tls_cert_expiration_notification_enabled: false,
  tls_cert_expiration_notification_interval: 30,
  upstream_dns: "",
  use_peer_proxy: false,
  use_rack_proxy: true,
  vcenter_datacenter: "",
  vcenter_password: "",
  vcenter_server: "",
  vcenter_username: "",
  windows_kms_host: "",
};

/** Reads a value for a setting by the type its default has; `undefined` when it does not fit. */
export function parseConfigValue(name: string, source: string): ConfigValue | undefined {
  const kind = typeof DEFAULT_CONFIG[name];
  if (kind === "boolean") {
    const word = source.toLowerCase();
    if (word === "true" || word === "1") return true;
    return word === "false" || word === "0" ? false : undefined;
  }
  if (kind === "number") return /^\d{1,9}$/.test(source) ? Number(source) : undefined;
  return source;
}
